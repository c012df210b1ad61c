/// What one setting is: its name, what values it takes, and what it is for.
package struct SettingDefinition: Sendable {
    /// The environment variable, `RATE_LIMIT_MAX`; the flag of `tradepulse serve` is `--rate-limit-max`.
    package let name: SettingName
    /// What a value looks like, for people: `a whole number from 1 to 100000`.
    package let form: String
    /// `milliseconds`, `requests`; nil where there is none.
    package let unit: String?
    /// What is in force when nothing is said; nil where nothing is.
    package let standard: String?
    package let isSecret: Bool
    /// One sentence.
    package let purpose: String
    /// False while the part it steers is not built yet: it is checked, and a start says that it does nothing.
    package let hasEffect: Bool
    /// Whether a value has the form.
    package let accepts: @Sendable (String) -> Bool

    init(
        _ name: SettingName,
        _ shape: SettingShape,
        unit: String? = nil,
        standard: String? = nil,
        isSecret: Bool = false,
        hasEffect: Bool = true,
        _ purpose: String
    ) {
        self.name = name
        self.form = shape.form
        self.unit = unit
        self.standard = standard
        self.isSecret = isSecret
        self.purpose = purpose
        self.hasEffect = hasEffect
        self.accepts = shape.accepts
    }
}

/// The names of all settings.
package enum SettingName: String, CaseIterable, Sendable {
    case environment = "APP_ENV"
    case host = "HOST"
    case port = "PORT"
    case logLevel = "LOG_LEVEL"
    case dataDirectory = "DATA_DIR"
    case assetsDirectory = "ASSETS_DIR"
    case databaseURL = "DATABASE_URL"
    case databasePool = "DATABASE_POOL_SIZE"
    case redisURL = "REDIS_URL"
    case jwtSecret = "JWT_SECRET"
    case jwtAlgorithm = "JWT_ALGORITHM"
    case jwtKeyDays = "JWT_KEY_DAYS"
    case jwtRefreshSecret = "JWT_REFRESH_SECRET"
    case encryptionKey = "ENCRYPTION_KEY"
    case encryptionKeyPrevious = "ENCRYPTION_KEY_PREVIOUS"
    case passwordMemory = "ARGON2_MEMORY_KIB"
    case passwordPasses = "ARGON2_PASSES"
    case openAIKey = "OPENAI_API_KEY"
    case openAIBaseURL = "OPENAI_BASE_URL"
    case openAIModel = "OPENAI_MODEL"
    case rateLimitMax = "RATE_LIMIT_MAX"
    case rateLimitWindow = "RATE_LIMIT_WINDOW_MS"
    case authRateLimitMax = "AUTH_RATE_LIMIT_MAX"
    case trustedProxies = "TRUSTED_PROXIES"
    case banAllowList = "BAN_ALLOW_LIST"
    case alertWebhookURL = "ALERT_WEBHOOK_URL"
    case alertMailTo = "ALERT_MAIL_TO"
    case recordWitnessFile = "RECORD_WITNESS_FILE"
    case recordWitnessURL = "RECORD_WITNESS_URL"
    case recordWitnessMail = "RECORD_WITNESS_MAIL"
    case regionsFile = "REGIONS_FILE"
    case corsOrigin = "CORS_ORIGIN"
    case emailVerification = "REQUIRE_EMAIL_VERIFICATION"
    case smtpURL = "SMTP_URL"
    case smtpCertificates = "SMTP_CA_FILE"
    case mailFrom = "MAIL_FROM"
    case publicURL = "PUBLIC_URL"
    case marketSource = "MARKET_SOURCE"
    case marketSymbols = "MARKET_SYMBOLS"
    case marketBooks = "MARKET_BOOKS"
    case candleDays = "MARKET_CANDLE_DAYS"
    case liquidationDays = "MARKET_LIQUIDATION_DAYS"
    case venues = "VENUES"
    case binanceRESTURL = "BINANCE_REST_URL"
    case binanceWebSocketURL = "BINANCE_WS_URL"
    case binanceFuturesRESTURL = "BINANCE_FUTURES_REST_URL"
    case binanceFuturesWebSocketURL = "BINANCE_FUTURES_WS_URL"
    case bybitRESTURL = "BYBIT_REST_URL"
    case bybitWebSocketURL = "BYBIT_WS_URL"
    case okxRESTURL = "OKX_REST_URL"
    case okxWebSocketURL = "OKX_WS_URL"
    case mexcRESTURL = "MEXC_REST_URL"
    case mexcWebSocketURL = "MEXC_WS_URL"
    case mexcFuturesWebSocketURL = "MEXC_FUTURES_WS_URL"
    case simulatorSeed = "SIMULATOR_SEED"
    case roles = "ROLES"
    case metricsToken = "METRICS_TOKEN"
    case maxConnections = "MAX_CONNECTIONS"
    case maxConnectionsPerAddress = "MAX_CONNECTIONS_PER_ADDRESS"

    /// `--rate-limit-max`.
    package var flag: String { "--" + rawValue.lowercased().replacing("_", with: "-") }
}
