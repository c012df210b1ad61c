package import Foundation

extension PumpModel {
    /// The models in the program: the one in use, and the one that knows only the earlier events, by which it is judged.
    package enum Builtin: String, CaseIterable, Sendable {
        case shipped, earlier
    }

    /// Reads a model of the program.
    ///
    /// - Throws: ``PumpModelError``, where the program was put together wrongly.
    package init(_ builtin: Builtin) throws(PumpModelError) {
        let name = "pumps-\(builtin.rawValue)"
        guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Models") else {
            throw .unreadable(name)
        }
        try self.init(contentsOf: url)
    }

    /// Reads a model that training wrote.
    ///
    /// - Throws: ``PumpModelError``.
    package init(contentsOf url: URL) throws(PumpModelError) {
        guard let data = try? Data(contentsOf: url) else { throw .unreadable(url.lastPathComponent) }
        let file: PumpModelFile
        do { file = try JSONDecoder().decode(PumpModelFile.self, from: data) } catch {
            throw .malformed("\(error)")
        }
        try self.init(file)
    }
}
