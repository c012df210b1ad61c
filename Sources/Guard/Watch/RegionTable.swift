package import Addressing
import Foundation

/// Which region a network is in, from an operator's file: `203.0.113.0/24,DE` a line, `#` before remarks.
package struct RegionTable: Sendable {
    private var byLength: [Int: [NetworkAddress: String]] = [:]

    /// A line that is neither a network and a region nor a remark.
    package struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        package let line: Int

        package init(line: Int) { self.line = line }

        package var description: String { "line \(line): expected a network, a comma and a region" }
    }

    /// Nobody is anywhere.
    package init() {}

    /// Reads a file's text.
    package init(text: String) throws(Malformed) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, let network = NetworkBlock(parts[0]), !parts[1].isEmpty else {
                throw Malformed(line: index + 1)
            }
            byLength[network.prefixLength, default: [:]][network.first] = parts[1]
        }
    }

    /// The region of the smallest network that the address is in.
    package func region(of address: NetworkAddress) -> String? {
        for length in byLength.keys.sorted(by: >) {
            if let region = byLength[length]?[address.masked(to: length)] { return region }
        }
        return nil
    }
}
