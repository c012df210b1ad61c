// swift-tools-version: 6.2

import PackageDescription

/// What every target of ours is compiled with: the language's strictest settings, and warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

func module(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = [],
    resources: [Resource]? = nil
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

/// Tests are compiled without optimisation, in half the time; what they test is optimised.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies + ["TestKit"],
        exclude: exclude,
        swiftSettings: strict + [.unsafeFlags(["-Onone"])]
    )
}

let targets: [Target] = [
    // C libraries: a module map and a shim, nothing else; simdjson is C++ and gets a C header.
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CSimdJSON", cxxSettings: [.unsafeFlags(["-O3"])], linkerSettings: [.linkedLibrary("simdjson")]),

    // Network addresses, for all who read, compare or count them.
    module("Addressing"),

    // Drivers
    module("Postgres", ["CLibPQ", crypto, log, lifecycle]),
    module("Redis", ["CHiredis", nioCore, nioPosix, nioSSL, log, lifecycle]),
    module("WebSockets", [nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL, log]),
    module(
        "HTTPServing",
        [
            "Addressing", "WebSockets", nioCore, nioPosix, nioHTTP1, nioWebSocket, hummingbird, hummingbirdCore,
            httpTypes,
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"), log, lifecycle,
        ]
    ),

    // Capabilities
    // Who has committed something says so, and who reads it looks at once: in one process, or over all.
    module("Doorbells", [log, lifecycle]),
    // Of several processes one does a job, and another when it is gone.
    module("Leases", [log, lifecycle]),
    module("Markets"),
    module("Indicators", ["Markets"]),
    module("Backtesting", ["Indicators", "Markets", "CZlib", crypto]),
    // A log that proves what it holds, by RFC 6962; for who writes it and who checks it.
    module("MerkleLog", [crypto]),
    // At which price a venue closes a position by force.
    module("Liquidations", ["Markets"], resources: [.copy("Tiers")]),
    module(
        "Signals",
        [
            "Markets", "Indicators", "Backtesting", "Accounts", "Channels", "Liquidations", "MerkleLog", crypto,
        ],
        resources: [.copy("Models")]
    ),
    module("MarketFeed", ["Markets", "Liquidations", deque, log, lifecycle]),
    module("PumpDetection", ["Markets"], resources: [.copy("Models")]),
    module("Guard", ["Addressing", deque, ordered, crypto]),
    module("Accounts", ["Addressing", "Doorbells", "Guard", "CArgon2", "CQREncode", crypto, log, lifecycle]),
    // Numbered messages in order, what lies behind them, and who may see them: for who writes and who sends them.
    module("Channels", ["Accounts"]),
    module("Settings", ["Addressing", log]),
    module("AlertDelivery", ["Guard", httpClient, nioCore, nioHTTP1, log]),

    // Adapters
    module("Fanout", ["Doorbells", "Redis", nioCore, lifecycle]),
    module("Mail", ["CCurl", "Accounts", mustache, log, lifecycle], resources: [.copy("Templates")]),
    // What MEXC's spot frames hold, for who reads and who writes them: generated code beside its `.proto`.
    module("MEXCWire", [protobuf], exclude: ["MEXCSpotPush.proto"]),
    module(
        "Venues",
        [
            "Markets", "CSimdJSON", "MEXCWire", "WebSockets", httpClient, nioCore, nioPosix, nioHTTP1,
            protobuf, log, lifecycle,
        ]
    ),
    module(
        "VenueSimulator",
        [
            "Markets", "CSimdJSON", "CZlib", "MEXCWire", "WebSockets", "HTTPServing", hummingbird, httpTypes, nioCore,
            nioPosix, protobuf, log, lifecycle,
        ]
    ),
    module(
        "Storage",
        [
            "Postgres", "Markets", "MarketFeed", "PumpDetection", "Accounts", "Addressing", "Channels", "Doorbells",
            "Guard", "Leases", "MerkleLog", "Signals", crypto, log,
        ],
        resources: [.copy("Migrations")]
    ),

    // Delivery
    module("StrictJSON"),
    module("Observability", [log]),
    module("APIContract"),
    // What a client holds the record of signals to; it needs nothing of the server.
    module("RecordFollowing", ["APIContract", "MerkleLog", crypto]),
    module(
        "Realtime",
        [
            "APIContract", "StrictJSON", "WebSockets", "Markets", "MarketFeed", "PumpDetection", "Accounts", "Channels",
            "Doorbells",
            nioCore, deque, log, lifecycle,
        ]
    ),
    module("Dashboard", [], resources: [.copy("Web")]),
    module(
        "HTTPAPI",
        [
            "APIContract", "StrictJSON", "HTTPServing", "Observability", "Realtime", "Markets", "MarketFeed",
            "PumpDetection", "Signals", "Liquidations", "MerkleLog", "Accounts", "Addressing", "Guard", "Dashboard",
            hummingbird, hummingbirdCore, httpTypes,
            nioCore, nioHTTP1,
            ordered, "CZlib", crypto, log,
        ],
        resources: [.copy("Contract")]
    ),

    .executableTarget(
        name: "tradepulse",
        dependencies: [
            "Postgres", "HTTPServing", "Markets", "MarketFeed", "Accounts", "Addressing", "AlertDelivery", "Guard",
            "Settings", "Observability", "Mail", "Backtesting", "Indicators", "Signals", "MerkleLog",
            "PumpDetection", "Liquidations", "Channels", "Doorbells", "Fanout", "Leases", "Redis",
            "Venues", "VenueSimulator",
            "Storage",
            "Realtime", "HTTPAPI", "Dashboard", arguments, hummingbird, crypto, nioCore, nioPosix, log, lifecycle,
            signals,
        ],
        swiftSettings: strict
    ),

    module("TestKit", ["Postgres", "Accounts", "Guard", log, lifecycle]),
    tests("MarketsTests", ["Markets"]),
    tests("PostgresTests", ["Postgres", log, lifecycle]),
    tests("RedisTests", ["Redis", nioCore, nioPosix, log]),
    tests("FanoutTests", ["Doorbells", "Fanout", "Redis", nioCore, log]),
    tests("WebSocketsTests", ["WebSockets", nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL, log]),
    tests(
        "HTTPServingTests",
        ["Addressing", "HTTPServing", "WebSockets", hummingbird, httpTypes, nioCore, nioPosix, log, lifecycle]
    ),
    tests(
        "RealtimeTests",
        [
            "APIContract", "Accounts", "Channels", "Doorbells", "Fanout", "MarketFeed", "Markets", "Postgres",
            "Realtime", "Redis", "Storage", "StrictJSON", "WebSockets", nioCore, nioPosix, log,
        ]
    ),
    tests(
        "HTTPAPITests",
        [
            "APIContract", "Accounts", "Addressing", "Channels", "Dashboard", "Guard", "HTTPAPI", "HTTPServing",
            "Liquidations", "MarketFeed", "Markets", "MerkleLog", "Observability", "Postgres", "PumpDetection",
            "Realtime", "RecordFollowing", "Signals", "Storage", "StrictJSON",
            "VenueSimulator", "Venues",
            "WebSockets", hummingbird, httpTypes, httpClient, crypto, nioCore, nioPosix, nioHTTP1, log, lifecycle,
        ]
    ),
    tests("IndicatorsTests", ["Indicators", "Markets"]),
    tests("BacktestingTests", ["Backtesting", "Indicators", "Markets"]),
    tests("MerkleLogTests", ["MerkleLog", crypto]),
    tests("LiquidationsTests", ["Liquidations", "Markets"]),
    tests(
        "SignalsTests",
        ["Signals", "Liquidations", "MerkleLog", "Backtesting", "Indicators", "Markets", "Accounts", crypto]
    ),
    tests("MarketFeedTests", ["MarketFeed", "Liquidations", "Markets", log, lifecycle]),
    tests("PumpDetectionTests", ["PumpDetection", "Backtesting", "Markets"]),
    tests("AccountsTests", ["Accounts", crypto, log]),
    tests("MailTests", ["Accounts", "Mail", "Postgres", "Storage", nioCore, nioPosix, nioSSL, log, lifecycle]),
    tests("AddressingTests", ["Addressing"]),
    tests("GuardTests", ["Addressing", "Guard"]),
    tests(
        "AlertDeliveryTests",
        ["AlertDelivery", "Guard", hummingbird, httpTypes, nioCore, log, lifecycle]
    ),
    tests("SettingsTests", ["Settings", log]),
    tests("StrictJSONTests", ["StrictJSON"]),
    tests("DashboardTests", ["Dashboard"]),
    tests("ObservabilityTests", ["Observability", log]),
    // Spoiled frames: some in the tests, a million per venue in `scripts/fuzz`.
    .target(
        name: "VenueFuzzing",
        dependencies: ["Venues", "MarketFeed", "Markets", "MEXCWire", nioCore, protobuf, log],
        path: "Tests/Fuzzing/VenueFuzzing",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "venue-fuzz",
        dependencies: ["VenueFuzzing", "Markets", arguments],
        path: "Tests/Fuzzing/venue-fuzz",
        swiftSettings: strict
    ),
    // Both halves of our WebSocket, for `Tools/autobahn`.
    .executableTarget(
        name: "testee",
        dependencies: ["WebSockets", "HTTPServing", hummingbird, arguments, nioCore, nioPosix, log],
        path: "Tests/Conformance/testee",
        swiftSettings: strict
    ),
    tests(
        "VenuesTests",
        [
            "CSimdJSON", "Venues", "VenueSimulator", "VenueFuzzing", "Markets", "MEXCWire", "WebSockets", nioCore,
            nioPosix, protobuf, log, lifecycle,
        ]
    ),
    tests(
        "VenueSimulatorTests",
        ["VenueSimulator", "Markets", "WebSockets", httpClient, nioCore, nioHTTP1, nioPosix, log, lifecycle]
    ),
    tests(
        "StorageTests",
        [
            "Storage", "Postgres", "Markets", "MarketFeed", "PumpDetection", "Accounts", "Addressing", "Channels",
            "Guard", "Leases", "MerkleLog", "Signals", crypto, log,
        ]
    ),
    tests(
        "EndToEnd",
        [
            "APIContract", "Accounts", "Channels", "Markets", "Postgres", "Signals", "Storage", "WebSockets",
            httpClient, nioCore, nioPosix, nioHTTP1, log,
        ],
        exclude: ["Scripts"]
    ),

    // Measures the others; why it is no package of its own: docs/decisions/0007-benchmarks.md.
    .executableTarget(
        name: "tradepulse-bench",
        dependencies: [
            "APIContract", "Accounts", "Backtesting", "CSimdJSON", "HTTPServing", "Indicators", "Liquidations",
            "MarketFeed", "Markets", "MerkleLog", "PumpDetection", "Realtime", "RecordFollowing", "TestKit", "Venues",
            "WebSockets", arguments, crypto, hummingbird, httpTypes, nioCore, nioPosix, nioHTTP1, log,
        ],
        path: "Benchmarks/Sources/tradepulse-bench",
        swiftSettings: strict
    ),
]

let package = Package(
    name: "TradePulse",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tradepulse", targets: ["tradepulse"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: targets
)
