import Addressing
import Foundation

extension SettingDefinition {
    /// Every setting, in the order of `.env.example`.
    package static let all: [SettingDefinition] = [
        .init(
            .environment,
            .choice("development", "production"),
            standard: "development",
            "Production demands real secrets and never starts a simulated market by itself."
        ),
        .init(
            .host,
            .text("an address or a host name to listen on"),
            standard: "127.0.0.1",
            "The interface that is listened on; 0.0.0.0 for all of them."
        ),
        .init(
            .port,
            .integer(0...65535),
            standard: "3000",
            "The TCP port; 0 lets the system choose one, which is printed."
        ),
        .init(
            .logLevel,
            .choice("trace", "debug", "info", "notice", "warning", "error", "critical"),
            standard: "info",
            "The least severe log lines that are written."
        ),
        .init(
            .dataDirectory,
            .text("a folder"),
            standard: ".data",
            "Where the private database cluster, made secrets and caches live."
        ),
        .init(
            .assetsDirectory,
            .text("a folder"),
            standard: "assets",
            "Where the set-up step puts third-party files of the dashboard."
        ),
        .init(
            .databaseURL,
            .url("postgresql", "postgres"),
            isSecret: true,
            "A PostgreSQL 15 or later to use; without it a private cluster is made in DATA_DIR."
        ),
        .init(
            .databasePool,
            .integer(1...200),
            unit: "connections",
            standard: "8",
            "Most connections to the database at once."
        ),
        .init(
            .redisURL,
            .url("redis", "rediss"),
            isSecret: true,
            "Redis, for when there are several processes: redis://:password@host:6379/0, or the hosts of a cluster by commas."
        ),
        .init(
            .jwtSecret,
            .text("at least 32 bytes of text", atLeast: 32),
            isSecret: true,
            "Signs access tokens where JWT_ALGORITHM is HS256; demanded in production, made once in development."
        ),
        .init(
            .jwtAlgorithm,
            .choice("EdDSA", "HS256"),
            standard: "EdDSA",
            "EdDSA signs access tokens with keys from the database, which are published; HS256 with JWT_SECRET."
        ),
        .init(
            .jwtKeyDays,
            .integer(1...365),
            unit: "days",
            standard: "30",
            "Age at which a signing key is replaced; nobody is signed out by it."
        ),
        .init(
            .jwtRefreshSecret,
            .text("at least 32 bytes of text", atLeast: 32),
            isSecret: true,
            "Keys the hashes of refresh tokens; demanded in production, and a new one signs every device out."
        ),
        .init(
            .encryptionKey,
            .text("at least 32 bytes of text", atLeast: 32),
            isSecret: true,
            "Encrypts what the database must not know: one-time password secrets, waiting mails, signing keys; demanded "
                + "in production."
        ),
        .init(
            .encryptionKeyPrevious,
            .text("at least 32 bytes of text", atLeast: 32),
            isSecret: true,
            "The key before it was changed: what it sealed still opens, and is sealed anew when it is used."
        ),
        .init(
            .passwordMemory,
            .integer(19_456...1_048_576),
            unit: "KiB",
            standard: "65536",
            "Argon2id memory for one password hash; the least is OWASP's floor."
        ),
        .init(
            .passwordPasses,
            .integer(2...20),
            unit: "passes",
            standard: "3",
            "Argon2id passes for one password hash."
        ),
        .init(
            .openAIKey,
            .text("a key"),
            isSecret: true,
            hasEffect: false,
            "Key of the language model's provider; the rule-based engine answers without it."
        ),
        .init(
            .openAIBaseURL,
            .url("https", "http"),
            standard: "https://api.openai.com/v1",
            hasEffect: false,
            "Base of an OpenAI-compatible API."
        ),
        .init(
            .openAIModel,
            .text("a model's name"),
            hasEffect: false,
            "Model asked for."
        ),
        .init(
            .rateLimitMax,
            .integer(1...1_000_000),
            unit: "requests",
            standard: "100",
            "Requests per window and caller."
        ),
        .init(
            .rateLimitWindow,
            .integer(1_000...86_400_000),
            unit: "milliseconds",
            standard: "60000",
            "Length of the window of both limits."
        ),
        .init(
            .authRateLimitMax,
            .integer(1...1_000_000),
            unit: "requests",
            standard: "10",
            "Requests to /auth per window and address."
        ),
        .init(
            .trustedProxies,
            .list(of: "addresses or CIDR blocks") { NetworkBlock(String($0)) != nil },
            standard: "",
            "Proxies whose X-Forwarded-For is believed; empty believes nobody."
        ),
        .init(
            .banAllowList,
            .list(of: "addresses or CIDR blocks") { NetworkBlock(String($0)) != nil },
            standard: "",
            "Addresses that the guard never bans by itself, such as an office's or a carrier's gateway."
        ),
        .init(
            .alertWebhookURL,
            .url("https", "http"),
            isSecret: true,
            "Where security alerts are sent, as JSON by POST."
        ),
        .init(
            .alertMailTo,
            .text("an address"),
            "Who gets security alerts by mail, at most three of a kind an hour; in production this needs SMTP_URL."
        ),
        .init(
            .recordWitnessFile,
            .text("a file"),
            "Gets a line for each signed checkpoint of the record of signals; best on a disk that others keep."
        ),
        .init(
            .recordWitnessURL,
            .url("https", "http"),
            isSecret: true,
            "Where each signed checkpoint of the record of signals is sent, as JSON by POST."
        ),
        .init(
            .recordWitnessMail,
            .text("an address"),
            "Who gets the latest signed checkpoint of the record of signals by mail, once a day; in production this needs SMTP_URL."
        ),
        .init(
            .regionsFile,
            .text("a file"),
            "Lines of network and region, such as 203.0.113.0/24,DE; sign-ins from two within an hour raise an alert."
        ),
        .init(
            .corsOrigin,
            .list(of: "origins such as https://app.example.com", isOrigin),
            standard: "",
            "Origins of pages that may call the API and open sockets; in production also the dashboard's own."
        ),
        .init(
            .emailVerification,
            .boolean,
            standard: "false",
            "Whether an address must be confirmed before it can be used; in production this needs SMTP_URL."
        ),
        .init(
            .smtpURL,
            .url("smtp", "smtps"),
            isSecret: true,
            "Mail server with name and password, smtp://user:password@host:587; in development mails are shown at /dev/mail instead."
        ),
        .init(
            .smtpCertificates,
            .text("a file of PEM certificates"),
            "Authorities that the mail server's certificate is checked against, where the system's are not the right ones."
        ),
        .init(
            .mailFrom,
            .text("an address, with or without a name"),
            standard: "TradePulse <no-reply@localhost>",
            "Whom mails come from."
        ),
        .init(
            .publicURL,
            .url("https", "http"),
            "Where the dashboard is reached, for links in mails; this machine in development, demanded with SMTP_URL in production."
        ),
        .init(
            .marketSource,
            .choice("auto", "live", "simulated"),
            standard: "auto",
            "auto tries the venues and, in development only, falls back to the simulated market."
        ),
        .init(
            .marketSymbols,
            .integer(1...500),
            unit: "symbols",
            standard: "100",
            "Spot symbols per venue, and as many perpetuals, followed trade by trade: those that trade most."
        ),
        .init(
            .marketBooks,
            .integer(0...200),
            unit: "symbols",
            standard: "40",
            "Of those, how many whose order book is followed."
        ),
        .init(
            .candleDays,
            .list(of: "lengths of candles, 1m, 5m, 15m, 1h, 4h or 1d, each with its days: 1m:30", isRetention),
            standard: "1m:30,5m:90,15m:180,1h:730,4h:1825",
            "How long candles of each length are kept; those of a length that is not named are kept for good."
        ),
        .init(
            .liquidationDays,
            .integer(1...36_500),
            unit: "days",
            standard: "30",
            "How long liquidations are kept."
        ),
        .init(
            .venues,
            .list(of: "binance, bybit, okx, mexc") { ["binance", "bybit", "okx", "mexc"].contains($0) },
            standard: "binance,bybit,okx,mexc",
            "The venues that are read."
        ),
        .init(
            .binanceRESTURL,
            .url("https", "http"),
            standard: "https://data-api.binance.vision",
            "Binance's REST API for spot market data."
        ),
        .init(
            .binanceWebSocketURL,
            .url("wss", "ws"),
            standard: "wss://data-stream.binance.vision",
            "Binance's WebSocket streams for spot market data."
        ),
        .init(
            .binanceFuturesRESTURL,
            .url("https", "http"),
            standard: "https://fapi.binance.com",
            "Binance's REST API for USD-M futures."
        ),
        .init(
            .binanceFuturesWebSocketURL,
            .url("wss", "ws"),
            standard: "wss://fstream.binance.com",
            "Binance's WebSocket streams for USD-M futures."
        ),
        .init(
            .bybitRESTURL,
            .url("https", "http"),
            standard: "https://api.bybit.com",
            "Bybit's REST API."
        ),
        .init(
            .bybitWebSocketURL,
            .url("wss", "ws"),
            standard: "wss://stream.bybit.com",
            "Bybit's WebSocket streams."
        ),
        .init(
            .okxRESTURL,
            .url("https", "http"),
            standard: "https://www.okx.com",
            "OKX's REST API."
        ),
        .init(
            .okxWebSocketURL,
            .url("wss", "ws"),
            standard: "wss://ws.okx.com:8443",
            "OKX's WebSocket streams."
        ),
        .init(
            .mexcRESTURL,
            .url("https", "http"),
            standard: "https://api.mexc.com",
            "MEXC's REST API, spot and futures."
        ),
        .init(
            .mexcWebSocketURL,
            .url("wss", "ws"),
            standard: "wss://wbs-api.mexc.com",
            "MEXC's WebSocket streams for spot."
        ),
        .init(
            .mexcFuturesWebSocketURL,
            .url("wss", "ws"),
            standard: "wss://contract.mexc.com",
            "MEXC's WebSocket streams for futures."
        ),
        .init(
            .simulatorSeed,
            .integer(0...Int(Int32.max)),
            standard: "42",
            "Seed of the simulated market."
        ),
        .init(
            .roles,
            .list(of: "api, feed, jobs") { ["api", "feed", "jobs"].contains($0) },
            standard: "api,feed,jobs",
            hasEffect: false,
            "What this process does."
        ),
        .init(
            .metricsToken,
            .text("at least 16 bytes of text", atLeast: 16),
            isSecret: true,
            "Bearer token for /metrics from elsewhere; without it only loopback may read."
        ),
        .init(
            .maxConnections,
            .integer(1...1_000_000),
            unit: "connections",
            standard: "10000",
            "Most client connections at once; more are turned away."
        ),
        .init(
            .maxConnectionsPerAddress,
            .integer(1...1_000_000),
            unit: "connections",
            standard: "512",
            "Most connections of one address; loopback and trusted proxies are not counted."
        ),
    ]

    /// The definition of one setting.
    package static func of(_ name: SettingName) -> SettingDefinition? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static func isRetention(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let days = Int(parts[1]), (1...36_500).contains(days) else { return false }
        return ["1m", "5m", "15m", "1h", "4h", "1d"].contains(parts[0])
    }

    private static func isOrigin(_ text: Substring) -> Bool {
        guard let url = URLComponents(string: String(text)), let scheme = url.scheme, let host = url.host else {
            return false
        }
        let rest = url.port.map { ":\($0)" } ?? ""
        return ["http", "https"].contains(scheme) && !host.isEmpty && text == "\(scheme)://\(host)\(rest)"
    }
}
