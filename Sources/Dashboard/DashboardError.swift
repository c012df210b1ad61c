/// Why the web client cannot be served.
///
/// The strings are paths on this machine: for the log, never for a visitor.
package enum DashboardError: Error, Equatable, Sendable {
    /// The folder is not there, cannot be listed, or has no `index.html`.
    case folderMissing(String)
    case unreadable(String)
    /// A file whose extension has no content type here; it would be served wrongly.
    case typeUnknown(String)
}
