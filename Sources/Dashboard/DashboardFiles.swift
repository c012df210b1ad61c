package import Foundation

/// The web client's files, read once when the program starts and kept in memory (about 300 kB).
///
/// Lookups are by exact path in a fixed table, so no spelling of a path (`..`, `%2e`, a symbolic link made later)
/// can reach outside of it.
package struct DashboardFiles: Sendable {
    /// The `Content-Security-Policy` that every dashboard answer carries: only our own files, no inline script or
    /// style, no framing, and no way to turn text into markup.
    package static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    /// Where the pages themselves are.
    private static let pages = ["index.html": "/", "account.html": "/account"]

    /// Third-party files that were not found, by name; the page does without them and says so.
    package let missingAssets: [String]
    private let files: [String: DashboardFile]

    /// Reads the page from the program's resources and the third-party files from a folder.
    ///
    /// - Parameter assetsDirectory: where `scripts/fetch-assets` put the charting library; `nil` for none.
    /// - Throws: ``DashboardError`` when a file of the page itself cannot be read.
    package init(assetsDirectory: String?) throws(DashboardError) {
        guard let resources = Bundle.module.resourceURL else { throw .folderMissing("Web") }
        try self.init(
            webDirectory: resources.appending(path: "Web", directoryHint: .isDirectory),
            assetsDirectory: assetsDirectory.map { URL(filePath: $0, directoryHint: .isDirectory) }
        )
    }

    /// Reads the page and the third-party files from two folders.
    package init(webDirectory: URL, assetsDirectory: URL?) throws(DashboardError) {
        var files: [String: DashboardFile] = [:]
        for file in try WebFolder(url: webDirectory).regularFiles() {
            let path = Self.pages[file.name] ?? "/dashboard/\(file.name)"
            files[path] = try DashboardFile(contentsOf: file.url, caching: .revalidate)
        }
        guard files["/"] != nil else { throw .folderMissing(webDirectory.path) }

        var missing: [String] = []
        for name in ThirdPartyAssets.names {
            let url = assetsDirectory?.appending(path: name, directoryHint: .notDirectory)
            guard let url, let file = try? DashboardFile(contentsOf: url, caching: .immutable) else {
                missing.append(name)
                continue
            }
            files["/dashboard/vendor/\(name)"] = file
        }
        self.files = files
        missingAssets = missing
    }

    /// The file behind a request path (no query), or `nil` when the dashboard has no such file.
    package func file(forPath path: String) -> DashboardFile? {
        files[path]
    }

    /// Every path that is served, sorted.
    package var paths: [String] {
        files.keys.sorted()
    }
}
