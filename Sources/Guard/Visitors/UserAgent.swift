/// What the field `User-Agent` says of a program.
///
/// It is the program's own word, so it never decides alone: an attack tool that says so is refused, one that lies is
/// known by what it does. Programs that people write with, such as curl, and none at all are ordinary.
package enum UserAgent: Hashable, Sendable {
    case ordinary
    /// Made for finding and using weaknesses.
    case attackTool
    /// An attack in place of a name.
    case hostile

    /// Parts of the names that such tools give themselves, in lower case.
    private static let tools = [
        "acunetix", "arachni", "brutus", "burpcollaborator", "commix", "dirb/", "dirbuster", "feroxbuster", "fimap",
        "fuzz faster u fool", "ffuf/", "gobuster", "havij", "hydra", "jorgee", "l9explore", "masscan", "metasploit",
        "morfeus", "nessus", "netsparker", "nikto", "nmap scripting engine", "nuclei", "openvas", "paros/", "pangolin",
        "skipfish", "sqlmap", "sqlninja", "w3af", "wapiti", "wfuzz", "whatweb", "wpscan", "xsser", "zgrab", "zmeu",
    ]
    private static let attacks = ["${jndi", "<script", "../..", "union select", "() {", "<?php", "/etc/passwd"]

    package init(_ text: String?) {
        guard let text else {
            self = .ordinary
            return
        }
        let lower = String(decoding: text.utf8.prefix(512), as: UTF8.self).lowercased()
        if Self.tools.contains(where: lower.contains) {
            self = .attackTool
        } else if Self.attacks.contains(where: lower.contains) {
            self = .hostile
        } else {
            self = .ordinary
        }
    }

    package var offence: Offence? {
        switch self {
        case .ordinary: nil
        case .attackTool: .attackTool
        case .hostile: .hostileAgent
        }
    }
}
