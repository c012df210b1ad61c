import Foundation
import Postgres
import Storage
import TestKit
import Testing

@Suite("tradepulse backtest", .fewAtOnce, .timeLimit(.minutes(10)))
struct BacktestCommandTests {
    private let folder: String

    init() throws { folder = try ServerProcess.makeFolder() }

    private func backtest(_ arguments: [String], environment: [String: String] = [:]) async throws -> Command {
        try await Command(
            ServerProcess.program,
            ["backtest"] + arguments,
            environment: environment.merging(["DATA_DIR": folder + "/data"]) { $1 },
            in: folder
        )
    }

    private func write(_ text: String, as name: String) throws -> String {
        let file = folder + "/" + name
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// A random walk of hours as a file.
    private func walk(_ count: Int = 1_500, as name: String = "walk.csv") throws -> String {
        var random = SeededGenerator(seed: 11)
        var price = 100.0
        let lines = (0..<count).map { hour in
            let open = price
            price *= 1 + Double.random(in: -0.01...0.01, using: &random)
            let (high, low) = (max(open, price) * 1.002, min(open, price) * 0.998)
            return "\(1_706_745_600_000 + hour * 3_600_000),\(open),\(high),\(low),\(price),1"
        }
        return try write(lines.joined(separator: "\n"), as: name)
    }

    @Test("A file gives a table, a page with charts and a hash, the same each time")
    func file() async throws {
        let file = try walk()
        let page = folder + "/report.html"
        let arguments = [file, "--fast", "5", "--slow", "20", "--target", "1r", "--target", "2r", "--breakeven"]
        let first = try await backtest(arguments + ["--html", page])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.hasPrefix("1500 candles, moving-average-cross\n"))
        for row in ["trades ", "expectancy, R ", "profit factor ", "Sharpe ", "Sortino ", "deepest fall ", "result "] {
            #expect(first.output.contains("\n" + row), "\(row)")
        }
        // No terminal, no bar.
        #expect(first.errors.isEmpty)
        let hash = try #require(first.output.split(whereSeparator: \.isWhitespace).last)
        #expect(hash.count == 64)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains(hash))
        #expect(html.components(separatedBy: "<svg").count == 4)
        #expect(try await backtest(arguments).output == first.output)
        let dearer = try await backtest(
            arguments + ["--taker-fee", "0.002", "--slippage", "0.001", "--funding", "0.0001"]
        )
        #expect(dearer.status == 0)
        #expect(dearer.output != first.output)
    }

    @Test("Every combination of two ranges is tried, with one result at any number of threads")
    func ranges() async throws {
        let range = [try walk(), "--fast", "4...8", "--slow", "18...22"]
        let swept = try await backtest(range + ["--threads", "1"])
        #expect(swept.output.hasPrefix("25 combinations tried"), "\(swept.errors)")
        #expect(try await backtest(range + ["--threads", "3"]).output == swept.output)
        let forward = range + ["--walk-forward", "400", "--walk-test", "200", "--purge", "48"]
        let walked = try await backtest(forward + ["--threads", "1"])
        #expect(walked.output.contains("trades out of sample"), "\(walked.errors)")
        #expect(
            walked.output.components(separatedBy: "\n").contains {
                $0.trimmingCharacters(in: .whitespaces).hasPrefix("448 ")
            }
        )
        #expect(try await backtest(forward + ["--threads", "3"]).output == walked.output)
    }

    @Test(
        "A terminal is shown how far it is",
        .enabled(if: Command.find("script") != nil, "script, which makes terminals, is not installed")
    )
    func progress() async throws {
        let file = try walk(400)
        let script = try #require(Command.find("script"))
        let call = "\(ServerProcess.program) backtest \(file) --fast 4...8 --slow 18...22"
        let run = try await Command(script, ["--quiet", "--return", "--command", call, "/dev/null"], in: folder)
        #expect(run.status == 0)
        #expect(run.output.contains("[####################"))
        #expect(run.output.contains("] 100 %"))
        #expect(run.output.contains("25 combinations tried"))
    }

    @Test(
        "What cannot be run is refused with what is wrong, and nothing on standard output",
        arguments: [
            ([], "Name a file of candles"), (["gone.csv"], "gone.csv cannot be read"),
            (["empty.csv"], "empty.csv holds no candles"), (["bad.csv"], "bad.csv, line 3: close is no number"),
            (["twice.csv"], "twice.csv, line 3: times do not rise"),
            (["below.csv"], "below.csv, line 2: a price is not above zero"),
            (["walk.csv", "--from-store", "BTCUSDT"], "Name a file of candles, or a symbol"),
            (["walk.csv", "--fast", "0"], "--fast"), (["walk.csv", "--fast", "200000"], "--fast"),
            (["walk.csv", "--fast", "50", "--slow", "20"], "No --fast period is below a --slow one"),
            (["walk.csv", "--fast", "1...10000", "--slow", "1...10000"], "100000000 combinations"),
            (["walk.csv", "--stop", "2"], "--stop is a part of the price below 1"),
            (["walk.csv", "--stop", "2r"], "--stop is a part of the price"), (["walk.csv", "--stop", "nan"], "--stop"),
            (["walk.csv", "--trail", "1"], "--trail is a part of the price below 1"),
            (["walk.csv", "--target", "0.05", "--target", "0.03"], "Each --target lies beyond the one before"),
            (["walk.csv", "--target", "0.05", "--share", "0.5"], "The shares of the targets add up to 1"),
            (["walk.csv", "--target", "1r", "--target", "2r", "--share", "2", "--share=-1"], "--share"),
            (["walk.csv", "--longest", "0"], "--longest takes a candle or more"),
            (["walk.csv", "--taker-fee", "nan"], "Fees, slippage and funding are parts below 0.5"),
            (["walk.csv", "--slippage=-0.1"], "--slippage is 0 or more"),
            (["walk.csv", "--funding-hours", "0"], "--funding-hours takes 1 to 24"),
            (["walk.csv", "--stake", "0"], "--stake takes a number above 0"),
            (["walk.csv", "--threads", "0"], "--threads takes 1 to 1024"),
            (
                ["walk.csv", "--strategy", "trend-pullback", "--level", "70"],
                "--level takes a number above 0, up to 50"
            ),
            (["walk.csv", "--strategy", "mean-reversion", "--width=-1"], "--width takes a number above 0"),
            (["walk.csv", "--purge", "5"], "--walk-test and --purge go with --walk-forward"),
            (["walk.csv", "--walk-forward", "100", "--walk-test", "60"], "448 candles are needed"),
            (["walk.csv", "--fast", "4...8", "--html", "x.html"], "--html shows one combination"),
            (["walk.csv", "--html", "nowhere/x.html"], "--html: nowhere/x.html cannot be written"),
            (["walk.csv", "--finer", "walk.csv"], "not of a shorter interval"),
            (["walk.csv", "--signals", "guess"], "--signals takes mean_reversion"),
            (["walk.csv", "--signals", "composite", "--stop", "0.1"], "--signals brings its own entries and exits"),
            (["walk.csv", "--signals", "composite"], "not walk"),
            (["walk.csv", "--confidence", "0.6"], "--universe and --confidence go with --signals"),
            (["BTCUSDT-1h.csv", "--signals", "composite"], "--signals wants --universe, or --from-store"),
            (["BTCUSDT-1h.csv", "--signals", "composite", "--universe", "gone"], "gone cannot be read"),
            (["BTCUSDT-1h.csv", "--signals", "composite", "--universe", "."], "USDT-….csv.gz cannot be read"),
            (["BTCUSDT-5m.csv", "--signals", "composite", "--universe", "."], "--signals takes hourly candles"),
            (["--from-store", "BTCUSDT", "--signals", "composite"], "such as BTCUSDT-PERP"),
            (
                ["--from-store", "BTCUSDT-PERP", "--interval", "5m", "--signals", "composite"],
                "--signals takes hourly candles"
            ),
        ]
    )
    func refusals(arguments: [String], phrase: String) async throws {
        _ = try walk(300)
        _ = try walk(300, as: "BTCUSDT-1h.csv")
        _ = try write("300000,1,1,1,1,1\n600000,1,1,1,1,1\n", as: "BTCUSDT-5m.csv")
        _ = try write("", as: "empty.csv")
        _ = try write("open_time_ms,open,high,low,close,volume\n1,1,1,1,1,1\n2,1,1,1,nan,1\n", as: "bad.csv")
        _ = try write("open_time_ms,open,high,low,close,volume\n1,1,1,1,1,1\n1,1,1,1,1,1\n", as: "twice.csv")
        _ = try write("1,1,1,1,1,1\n2,-1,1,-1,1,1\n", as: "below.csv")
        let refused = try await backtest(arguments)
        #expect(refused.status != 0)
        #expect(refused.errors.contains(phrase), "\(refused.errors)")
        #expect(refused.output.isEmpty)
        let lines = refused.errors.components(separatedBy: "\n")
        let errors = lines.filter { $0.hasPrefix("Error: ") || $0.hasPrefix("tradepulse: ") }
        #expect(errors.count == 1)
        #expect(errors.first?.contains(phrase) == true, "\(errors)")
    }

    /// Hours of the nine perpetuals that signals are raised on, ending as long after the first as signals need and more.
    private func fill(_ pool: PostgresPool) async throws {
        try await pool.execute(
            """
            INSERT INTO candles
                (exchange, symbol, interval, open_time, open, high, low, close, volume, quote_volume, trades, closed)
            SELECT 'binance', names[number] || 'USDT-PERP', '1h', to_timestamp(1706745600 + 3600 * hour), open,
                greatest(open, close) * 1.003, least(open, close) * 0.997, close,
                round((500 + 300 * sin(hour * 0.37 + number))::numeric, 2), 0, 1, true
            FROM (
                SELECT number, hour,
                    (ARRAY['ADA', 'BNB', 'BTC', 'DOGE', 'ETH', 'LINK', 'LTC', 'SOL', 'XRP']) AS names,
                    round((100 * number * exp(0.05 * sin(hour * 0.13 + number) + 0.03 * sin(hour * 0.71 + 2 * number)
                        + 0.01 * sin(hour * 2.3 * number)))::numeric, 4) AS open,
                    round((100 * number * exp(0.05 * sin((hour + 1) * 0.13 + number)
                        + 0.03 * sin((hour + 1) * 0.71 + 2 * number)
                        + 0.01 * sin((hour + 1) * 2.3 * number)))::numeric, 4) AS close
                FROM generate_series(1, 9) AS number, generate_series(0, 800) AS hour
            ) AS walks
            """
        )
    }

    /// The same candles as files in the tests' folder.
    private func export(_ pool: PostgresPool) async throws {
        let rows = try await pool.query(
            """
            SELECT replace(symbol, '-PERP', '') AS name, string_agg(
                concat_ws(',', (extract(epoch FROM open_time) * 1000)::bigint, open, high, low, close, volume), E'\\n'
                ORDER BY open_time
            ) AS text FROM candles GROUP BY symbol
            """
        )
        for row in rows {
            let name = try row.decode("name", as: String.self)
            _ = try write(row.decode("text", as: String.self), as: "\(name)-1h.csv")
        }
    }

    @Test("Stored candles give the result of a file of them, by a rule and by the generator of signals")
    func stored() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await fill(pool)
            try await export(pool)
            let environment = ServerProcess.sharing(pool)
            for strategy in [["--fast", "5", "--slow", "20"], ["--signals", "composite", "--confidence", "0.4"]] {
                let store = ["--from-store", "BTCUSDT-PERP"] + strategy
                let fromStore = try await backtest(store, environment: environment)
                #expect(fromStore.status == 0, "\(fromStore.errors)")
                let folder = strategy[0] == "--signals" ? ["--universe", "."] : []
                let fromFile = try await backtest(["BTCUSDT-1h.csv"] + strategy + folder)
                #expect(fromFile.status == 0, "\(fromFile.errors)")
                #expect(fromStore.output == fromFile.output)
                #expect(fromStore.output.hasPrefix("801 candles, "))
                #expect(!fromStore.output.contains("trades                0\n"))
            }
            let none = try await backtest(["--from-store", "SOLUSDT"], environment: environment)
            #expect(none.status != 0)
            #expect(none.errors.contains("No closed candles of SOLUSDT, 1h, binance are stored"))
        }
    }
}
