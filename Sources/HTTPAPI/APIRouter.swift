import APIContract
package import Accounts
package import Addressing
package import Dashboard
package import Guard
import HTTPTypes
package import Hummingbird
package import MarketFeed
package import Observability
package import Realtime

/// All that the HTTP interface needs from the rest of the house.
package struct APIDependencies: Sendable {
    package var accounts: AccountService
    package var care: AccountCare
    /// What would have been mailed, newest first; nil where mails are sent, and in production.
    package var developmentMails: (@Sendable () -> [DevelopmentMail])?
    package var feed: MarketFeed
    package var pumps: PumpSource
    package var signals: SignalSource
    package var hub: RealtimeHub
    package var dashboard: DashboardFiles
    package var documents: ContractDocuments
    package var readiness: Readiness
    package var registry: MetricsRegistry
    package var limiter: RateLimiter
    package var gate: Gate
    package var reporter: RefusalReporter
    package var answers: IdempotentAnswers
    package var settings: APISettings
    /// Names this process in entity tags.
    package var epoch: String

    package init(
        accounts: AccountService,
        care: AccountCare,
        developmentMails: (@Sendable () -> [DevelopmentMail])?,
        feed: MarketFeed,
        pumps: PumpSource,
        signals: SignalSource,
        hub: RealtimeHub,
        dashboard: DashboardFiles,
        documents: ContractDocuments,
        readiness: Readiness,
        registry: MetricsRegistry,
        limiter: RateLimiter,
        gate: Gate,
        reporter: RefusalReporter,
        answers: IdempotentAnswers,
        settings: APISettings,
        epoch: String
    ) {
        self.accounts = accounts
        self.care = care
        self.developmentMails = developmentMails
        self.feed = feed
        self.pumps = pumps
        self.signals = signals
        self.hub = hub
        self.dashboard = dashboard
        self.documents = documents
        self.readiness = readiness
        self.registry = registry
        self.limiter = limiter
        self.gate = gate
        self.reporter = reporter
        self.answers = answers
        self.settings = settings
        self.epoch = epoch
    }
}

/// What an operator decides about the HTTP interface.
package struct APISettings: Sendable {
    package var isProduction: Bool
    package var allowedOrigins: Set<String>
    package var trustedProxies: [NetworkBlock]
    package var requestLimit: RateLimitPolicy
    package var authenticationLimit: RateLimitPolicy
    package var metricsToken: String?

    package init(
        isProduction: Bool,
        allowedOrigins: Set<String>,
        trustedProxies: [NetworkBlock],
        requestLimit: RateLimitPolicy,
        authenticationLimit: RateLimitPolicy,
        metricsToken: String?
    ) {
        self.isProduction = isProduction
        self.allowedOrigins = allowedOrigins
        self.trustedProxies = trustedProxies
        self.requestLimit = requestLimit
        self.authenticationLimit = authenticationLimit
        self.metricsToken = metricsToken
    }
}

/// Every route with its chain: request id → address → log → security headers → CORS → gzip → guard → identity → limit of
/// the address → bearer → limit of the account → handler.
///
/// Problems are written right inside each limit, so that a refused request says what is left of the limit too.
package enum APIRouter {
    /// The responder of the whole interface.
    ///
    /// - Parameter dependencies: the capabilities behind the routes.
    /// - Returns: a router to build an application from.
    package static func make(_ dependencies: APIDependencies) -> Router<AppContext> {
        let settings = dependencies.settings
        let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIDMiddleware())
        router.add(
            middleware: ClientAddressMiddleware(
                resolver: ClientAddressResolver(trustedProxies: settings.trustedProxies)
            )
        )
        router.add(middleware: AccessLogMiddleware(metrics: HTTPMetrics(registry: dependencies.registry)))
        router.add(middleware: SecurityHeadersMiddleware(isProduction: settings.isProduction))
        router.add(middleware: CORSMiddleware(allowedOrigins: settings.allowedOrigins))
        router.add(middleware: GzipMiddleware())
        router.add(middleware: ProblemMiddleware(reporter: dependencies.reporter))
        router.add(middleware: GuardMiddleware(gate: dependencies.gate))

        KeyRoutes(ring: dependencies.accounts.sessions.tokens.ring).add(to: router)
        OperationsRoutes(
            readiness: dependencies.readiness,
            metrics: dependencies.registry,
            metricsToken: settings.metricsToken,
            documents: dependencies.documents
        ).add(to: router)
        DashboardRoutes(files: dependencies.dashboard).add(to: router)
        if let mails = dependencies.developmentMails, !settings.isProduction {
            DevelopmentMailRoutes(mails: mails).add(to: router)
        }
        addAPI(to: router, dependencies)
        return router
    }

    private static func addAPI(to router: Router<AppContext>, _ dependencies: APIDependencies) {
        let settings = dependencies.settings
        func limit(
            _ policy: RateLimitPolicy,
            by subject: RateLimitMiddleware.Subject,
            weight: Int = 1
        ) -> RateLimitMiddleware {
            RateLimitMiddleware(
                limiter: dependencies.limiter,
                policy: policy,
                subject: subject,
                weight: weight,
                reporter: dependencies.reporter
            )
        }
        let problems = ProblemMiddleware(reporter: dependencies.reporter)
        let open = router.group("api/v1")
            .add(middleware: limit(settings.authenticationLimit, by: .address))
            .add(middleware: problems)
        let cookie = RefreshCookie(isProduction: settings.isProduction)
        let origins = OriginRule(allowed: settings.allowedOrigins, trustsOwnAddress: !settings.isProduction)
        let care = dependencies.care
        AuthRoutes(accounts: dependencies.accounts, care: care, cookie: cookie, gate: dependencies.gate)
            .add(to: open.group("auth"))
        PasswordRoutes(reset: care.reset).add(to: open.group("auth"))
        VerificationRoutes(
            registration: care.registration,
            profiles: care.profiles,
            sessions: dependencies.accounts.sessions,
            cookie: cookie
        ).add(to: open.group("auth"))
        SessionRoutes(
            sessions: dependencies.accounts.sessions,
            cookie: cookie,
            pages: CookieOriginRule(origins: origins, isProduction: settings.isProduction)
        ).add(to: open.group("auth"))

        /// What is for whoever is signed in; `weight` is how many ordinary requests one is worth.
        func guarded(weight: Int = 1) -> RouterGroup<AppContext> {
            router.group("api/v1")
                .add(middleware: IdentityMiddleware(accounts: dependencies.accounts))
                .add(middleware: limit(settings.requestLimit, by: .address, weight: weight))
                .add(middleware: problems)
                .add(middleware: BearerMiddleware())
                .add(middleware: limit(settings.requestLimit, by: .user, weight: weight))
                .add(middleware: problems)
                .add(middleware: IdempotencyMiddleware(answers: dependencies.answers))
        }
        ProfileRoutes(accounts: dependencies.accounts, profiles: care.profiles).add(to: guarded().group("user"))
        // Reads every table that knows the account.
        ExportRoutes(profiles: care.profiles).add(to: guarded(weight: ExportRoutes.weight).group("user"))
        UserSessionRoutes(sessions: dependencies.accounts.sessions).add(to: guarded().group("user/sessions"))
        MarketRoutes(feed: dependencies.feed, tiers: dependencies.signals.tiers, epoch: dependencies.epoch)
            .add(to: guarded().group("market"))
        PumpRoutes(pumps: dependencies.pumps).add(to: guarded().group("pumps"))
        let signals = SignalRoutes(signals: dependencies.signals)
        signals.add(to: guarded().group("signals"))
        guarded(weight: SignalRoutes.statsWeight).get("signals/stats", use: signals.stats)
        SignalLogRoutes(signals: dependencies.signals).add(to: guarded().group("signals/log"))

        // Passwords and codes of somebody who is signed in are counted as strictly as those of strangers.
        let confirming = router.group("api/v1")
            .add(middleware: IdentityMiddleware(accounts: dependencies.accounts))
            .add(middleware: limit(settings.requestLimit, by: .address))
            .add(middleware: problems)
            .add(middleware: BearerMiddleware())
            .add(middleware: limit(settings.authenticationLimit, by: .user))
            .add(middleware: problems)
            .add(middleware: IdempotencyMiddleware(answers: dependencies.answers))
        TwoFactorRoutes(secondFactor: care.secondFactor, owner: care.owner).add(to: confirming.group("auth/2fa"))
        ConfirmationRoutes(owner: care.owner).add(to: confirming.group("auth"))

        TicketRoutes(hub: dependencies.hub).add(to: guarded().group("ws"))

        refuseTheRest(of: router, limit: limit(settings.requestLimit, by: .address), problems)
    }

    /// Answers `OPTIONS`, and 405 where the path is known under another method; below `/api` both count like requests,
    /// and so do guesses.
    private static func refuseTheRest(
        of router: Router<AppContext>,
        limit: RateLimitMiddleware,
        _ problems: ProblemMiddleware
    ) {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete]
        let uncounted = router.group()
        let counted = router.group().add(middleware: limit).add(middleware: problems)
        for (path, routes) in Dictionary(grouping: router.routes, by: \.path.description) {
            var known = Set(routes.map(\.method))
            if known.contains(.get) { known.insert(.head) }
            let allowed = known.union([.options]).map(\.rawValue).sorted().joined(separator: ", ")
            let group = path.hasPrefix("/api") ? counted : uncounted
            group.on(RouterPath(path), method: .options) { _, _ in
                Response(status: .noContent, headers: [.allow: allowed])
            }
            for method in methods where !known.contains(method) {
                group.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw APIError(
                        .methodNotAllowed,
                        .methodNotAllowed,
                        "This address takes \(allowed).",
                        headers: [.allow: allowed]
                    )
                }
            }
        }
        for method in methods + [.options] {
            counted.on("api/**", method: method) { _, _ -> Response in throw HTTPError(.notFound) }
        }
    }
}
