import Foundation

/// The folder with the page's own files; flat, because nothing in it needs a subfolder.
struct WebFolder {
    let url: URL

    /// Every regular file directly in the folder.
    ///
    /// Symbolic links, hidden files and folders are left out.
    func regularFiles() throws(DashboardError) -> [(name: String, url: URL)] {
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .isSymbolicLinkKey]
        do {
            return
                try FileManager.default
                .contentsOfDirectory(at: url, includingPropertiesForKeys: Array(keys), options: [.skipsHiddenFiles])
                .filter { file in
                    let values = try file.resourceValues(forKeys: keys)
                    return values.isRegularFile == true && values.isSymbolicLink != true
                }
                .map { ($0.lastPathComponent, $0) }
        } catch {
            throw .folderMissing(url.path)
        }
    }
}
