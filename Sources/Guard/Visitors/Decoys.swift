/// Paths that nothing here has and that scanners ask every server for.
///
/// A decoy answers as any unknown path does: there is nothing to find out, but for who is looking.
package enum Decoys {
    /// Names of fields that no form of ours has and that programs fill in when they see them.
    package static let fields: Set<String> = ["company_website", "homepage", "url", "website"]

    /// Whole paths, in the spelling of ``plain(_:)``.
    private static let paths: Set<String> = [
        "/admin", "/administrator", "/admin.php", "/adminer.php", "/backup.sql", "/backup.zip", "/config.json",
        "/config.php", "/console", "/database.sql", "/db.sql", "/dump.sql", "/id_rsa", "/info.php", "/login.php",
        "/manager/html", "/phpinfo.php", "/server-status", "/shell.php", "/solr/admin", "/swagger/index.html",
        "/web.config", "/wp-login.php", "/xmlrpc.php", "/.htpasswd", "/.ds_store",
    ]
    /// Everything below these.
    private static let folders = [
        "/.aws/", "/.git/", "/.hg/", "/.ssh/", "/.svn/", "/.vscode/", "/actuator/", "/admin/", "/boaform/", "/cgi-bin/",
        "/hnap1/", "/jenkins/", "/myadmin/", "/phpmyadmin/", "/pma/", "/solr/", "/vendor/phpunit/", "/wp-admin/",
        "/wp-content/", "/wp-includes/", "/wp-json/",
    ]

    /// Whether the path, however it is spelled, is a decoy.
    package static func contains(_ path: String) -> Bool {
        let path = plain(path)
        if paths.contains(path) || path == "/.env" || path.hasPrefix("/.env.") { return true }
        return folders.contains { (path + "/").hasPrefix($0) }
    }

    /// Lower case, decoded, without doubled and trailing slashes; of a longer path the first 256 bytes.
    private static func plain(_ path: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(path.utf8.prefix(256))[...]
        while let byte = rest.popFirst() {
            var byte = byte
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                byte = decoded
                rest = rest.dropFirst(2)
            }
            if byte == UInt8(ascii: "/"), bytes.last == byte { continue }
            bytes.append(byte)
        }
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
