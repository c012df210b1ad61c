package import Addressing
package import NIOCore

extension SocketAddress {
    /// The IP address without its port, taken from the bytes themselves; nil for a Unix socket.
    ///
    /// Linux and macOS both put it behind 4 bytes of family and port, and in IPv6 behind 4 more of flow label.
    package var networkAddress: NetworkAddress? {
        switch self {
        case .v4(let address): Self.networkAddress(in: address.address, at: 4..<8)
        case .v6(let address): Self.networkAddress(in: address.address, at: 8..<24)
        case .unixDomainSocket: nil
        }
    }

    private static func networkAddress<Socket>(in socket: Socket, at place: Range<Int>) -> NetworkAddress? {
        withUnsafeBytes(of: socket) { NetworkAddress(networkBytes: UnsafeRawBufferPointer(rebasing: $0[place])) }
    }
}
