import Foundation
import NIOCore
import Synchronization

/// Counts the open connections of one server, WebSockets included, altogether and by address.
package final class ConnectionLedger: Sendable {
    enum Admission: Equatable {
        case admitted
        /// Answer 503 and close.
        case turnedAway
        /// Even the answers to those turned away are too many: hang up.
        case dropped
    }

    /// Connections past the cap that may be told so at one time.
    private static let turnAwayRoom = 256

    private struct State {
        var open = 0
        var byAddress: [AddressKey: Int] = [:]
        var turningAway = 0
        var turnedAway = 0
    }

    /// Descriptors kept for everything else: files, the database, connections we open ourselves.
    private static let reservedDescriptors = 256

    private let limits: HTTPServerLimits
    /// The configured bound, or what the process's descriptor limit leaves, whichever is less: at the descriptor limit
    /// accepting fails for everyone, and so do the database and the files.
    private let maxConnections: Int
    private let trusted: Set<AddressKey>
    private let state = Mutex(State())

    /// Connections open now, those being turned away left out.
    package var open: Int { state.withLock { $0.open } }

    /// Connections turned away since the start.
    package var turnedAway: Int { state.withLock { $0.turnedAway } }

    package init(limits: HTTPServerLimits) {
        self.limits = limits
        self.maxConnections = min(
            limits.maxConnections,
            max(FileDescriptors.raiseLimit() - Self.reservedDescriptors, 64)
        )
        self.trusted = Set(
            limits.trustedAddresses.compactMap { address in
                (try? SocketAddress(ipAddress: address, port: 0)).flatMap(AddressKey.init)
            }
        )
    }

    /// Admits a connection or not, and lets it go when it closes.
    func admit(_ channel: any Channel) -> Admission {
        let key = limits.maxConnectionsPerAddress == nil ? nil : channel.remoteAddress.flatMap(AddressKey.init)
        let admission = state.withLock { admit(key, in: &$0) }
        guard admission != .dropped else { return admission }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { release(admission, key, in: &$0) }
        }
        return admission
    }

    private func admit(_ key: AddressKey?, in state: inout State) -> Admission {
        let counted = key.flatMap { trusted.contains($0) ? nil : $0 }
        let ofAddress = counted.map { state.byAddress[$0, default: 0] } ?? 0
        guard state.open < maxConnections, ofAddress < limits.maxConnectionsPerAddress ?? .max else {
            state.turnedAway += 1
            guard state.turningAway < Self.turnAwayRoom else { return .dropped }
            state.turningAway += 1
            return .turnedAway
        }
        state.open += 1
        if let counted { state.byAddress[counted] = ofAddress + 1 }
        return .admitted
    }

    private func release(_ admission: Admission, _ key: AddressKey?, in state: inout State) {
        guard admission == .admitted else {
            state.turningAway -= 1
            return
        }
        state.open -= 1
        guard let key, let count = state.byAddress[key] else { return }
        state.byAddress[key] = count > 1 ? count - 1 : nil
    }
}

/// One neighbour on the network: an IPv4 address, or an IPv6 /64, which one household or one server has to itself.
struct AddressKey: Hashable {
    private let bytes: [UInt8]

    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address):
            bytes = withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address):
            let all = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            let isMapped = all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            bytes = isMapped ? Array(all[12...]) : Array(all[..<8])
        case .unixDomainSocket:
            return nil
        }
    }
}
