import Indicators
import TestKit
import Testing

@Suite("Indicators against TA-Lib", .enabled(if: SharedData.isPresent, "no reference tables"))
struct ReferenceTests {
    @Test(
        "Every column has its values, and no others",
        arguments: ["BTCUSDT-1h", "DOGEUSDT-1h", "1000PEPEUSDT-5m", "edge-1m"]
    )
    func columns(file: String) throws {
        let table = try OracleFile(SharedData.unpacked("indicators/\(file).csv.gz"))
        let tolerance = OracleTolerance(table.candles)
        #expect(table.names.count == 63)
        for name in table.names {
            let compute = try #require(OracleColumns.all[name], "no indicator for \(name)")
            let got = try compute(table.candles)
            let want = try #require(table.columns[name])
            #expect(got.map { $0 == nil } == want.map { $0 == nil }, "\(name) has other empty cells")
            let wrong = zip(got, want).enumerated().first { index, pair in
                guard let got = pair.0, let want = pair.1 else { return false }
                return !tolerance.allows(got, want, of: name, at: index)
            }
            #expect(wrong.map { "row \($0.offset): \($0.element)" } == nil, "\(name) differs")
        }
    }
}
