package import Accounts
import Foundation
import Mustache

/// The words of every letter, from the files beside the program: `<occasion>.txt` and `<occasion>.html`, each within its
/// layout; the first line of the text is the subject.
package struct MailTemplates: Sendable {
    private let library: MustacheLibrary

    /// Why the templates cannot be used; the installation is incomplete.
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case missing(String)
        case malformed(String)

        package var description: String {
            switch self {
            case .missing(let path): "the templates of mails are not beside the program: \(path) is missing"
            case .malformed(let name): "the template \(name) is no Mustache"
            }
        }
    }

    /// Reads them all, so that nothing is missing when a letter is due.
    package init() throws(Failure) {
        let folder = Bundle.main.bundleURL.appendingPathComponent("TradePulse_Mail.resources/Templates")
        var library = MustacheLibrary()
        let names = Letter.Occasion.allCases.flatMap { ["\($0.rawValue).txt", "\($0.rawValue).html"] }
        for name in names + ["layout.txt", "layout.html"] {
            guard let text = try? String(contentsOf: folder.appendingPathComponent("\(name).mustache"), encoding: .utf8)
            else {
                throw .missing(folder.appendingPathComponent("\(name).mustache").path)
            }
            guard (try? library.register(text, named: name)) != nil else { throw .malformed(name) }
        }
        self.library = library
    }

    /// The words of a letter.
    package struct Rendering: Hashable, Sendable {
        package let subject: String
        package let text: String
        package let html: String
    }

    /// Fills in a letter's values; nil for an occasion without a template, which ``init()`` rules out.
    package func render(_ letter: Letter) -> Rendering? {
        guard let filled = library.render(letter.values, withTemplate: "\(letter.occasion.rawValue).txt"),
            let body = library.render(letter.values, withTemplate: "\(letter.occasion.rawValue).html")
        else { return nil }
        let lines = filled.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let subject = String(lines[0])
        let content = lines.count > 1 ? String(lines[1]).trimmingCharacters(in: .newlines) : ""
        guard let text = library.render(["content": content], withTemplate: "layout.txt"),
            let html = library.render(["subject": subject, "content": body], withTemplate: "layout.html")
        else { return nil }
        return Rendering(subject: subject, text: text, html: html)
    }
}
