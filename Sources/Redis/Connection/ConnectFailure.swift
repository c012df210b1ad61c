import NIOCore
import NIOPosix

/// What is said of a connection that could not be made or broke, without what the error itself may quote.
enum ConnectFailure {
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: error.description
        case is NIOConnectionError: "it refuses connections, or its name is unknown"
        case ChannelError.connectTimeout: "it does not answer"
        default: "\(type(of: error))"
        }
    }
}
