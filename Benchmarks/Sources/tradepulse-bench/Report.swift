import Foundation

/// The program's output, for a script to read.
enum Report {
    /// Writes one figure as a line of name, figure and unit.
    static func write(_ name: String, _ figure: Double, _ unit: String) {
        let text = figure.rounded() == figure ? String(Int64(figure)) : String(format: "%.3f", figure)
        FileHandle.standardOutput.write(Data("\(name)\t\(text)\t\(unit)\n".utf8))
    }
}
