import Addressing
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
        var byAddress: [NetworkAddress: Int] = [:]
        var turningAway = 0
        var turnedAway = 0
    }

    /// Descriptors kept for everything else: files, the database, connections we open ourselves.
    private static let reservedDescriptors = 256

    private let limits: HTTPServerLimits
    /// The configured bound, or what the process's descriptor limit leaves, whichever is less: at the descriptor limit
    /// accepting fails for everyone, and so do the database and the files.
    private let maxConnections: Int
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
    }

    /// Admits a connection or not, and lets it go when it closes.
    func admit(_ channel: any Channel) -> Admission {
        let key = subscriber(of: channel)
        let admission = state.withLock { admit(key, in: &$0) }
        guard admission != .dropped else { return admission }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { release(admission, key, in: &$0) }
        }
        return admission
    }

    /// Whom a connection is counted under; nil where it is not counted by address.
    private func subscriber(of channel: any Channel) -> NetworkAddress? {
        guard limits.maxConnectionsPerAddress != nil, let address = channel.remoteAddress?.networkAddress,
            !limits.trustedAddresses.contains(where: { $0.contains(address) })
        else { return nil }
        return address.subscriber
    }

    private func admit(_ counted: NetworkAddress?, in state: inout State) -> Admission {
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

    private func release(_ admission: Admission, _ key: NetworkAddress?, in state: inout State) {
        guard admission == .admitted else {
            state.turningAway -= 1
            return
        }
        state.open -= 1
        guard let key, let count = state.byAddress[key] else { return }
        state.byAddress[key] = count > 1 ? count - 1 : nil
    }
}
