package import Foundation
import Indicators
import Markets

/// Rows of features as a training program reads them: 64-bit floating-point numbers, least significant byte first.
///
/// Each row: open time in milliseconds, index of the symbol, average true range as a part of the close, then the
/// features of a buy without the side. What is trained on is what the running program computes, to the last bit.
package enum FeatureRowFile {
    package static func append(_ row: FeatureRow, to data: inout Data) {
        let head = [Double(row.candle.openTime.milliseconds), Double(row.symbol), row.range]
        for value in head + row.directed + row.undirected {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
    }
}
