import Foundation
package import Logging

/// The end of a shutdown that does not end by itself.
///
/// A request that waits for what never comes, and does not hear that it is cancelled, would otherwise hold the whole
/// program, and whoever waits for it to start anew.
package enum ShutdownDeadline {
    /// Ends the process with status 1 that many seconds from now, unless it is gone by then.
    ///
    /// On a thread of its own: what hangs may hang the shared pool.
    package static func begin(seconds: Double, logger: Logger) {
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: seconds)
            logger.critical("The shutdown hangs and is cut short", metadata: ["seconds": "\(seconds)"])
            _exit(1)
        }
    }
}
