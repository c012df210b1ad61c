/// How to reach a database and how much of it to use.
package struct PostgresConfiguration: Sendable {
    /// Where the server is and who we are there.
    package var target: PostgresTarget
    /// Connections kept open while the pool runs.
    package var minimumConnections = 1
    /// Connections open at most: keep the sum over all processes under the server's `max_connections`.
    package var maximumConnections = 8
    /// Callers that may wait for a connection; one more is turned away at once.
    package var maximumWaiters = 256
    /// Statements without a transaction that may be under way on one connection when none is free; 1 never shares.
    package var pipelineDepth = 8
    /// Prepared statements kept per connection; the one unused for longest makes room.
    ///
    /// 0 prepares nothing, which poolers between us and the server may need.
    package var statementCacheSize = 128
    /// The longest wait for a free connection.
    package var acquireTimeout: Duration = .milliseconds(1500)
    /// The longest wait for a new connection to be ready.
    package var connectTimeout: Duration = .seconds(3)
    /// The longest wait for a statement's answer, where the caller names none.
    ///
    /// With ``acquireTimeout`` it stays below the 5 s in which a request must have failed when the server hangs.
    package var queryTimeout: Duration = .seconds(3)
    /// How long a statement that was asked to stop may take to do so before its connection is given up.
    package var cancelGrace: Duration = .seconds(1)
    /// The server's own limit for a statement; nil sets none.
    ///
    /// It covers the case that our request to stop is lost.
    package var statementTimeout: Duration? = .seconds(60)
    /// After this long idle inside a transaction the server ends the session; a dead program holds locks no longer.
    package var idleTransactionTimeout: Duration? = .seconds(30)
    /// The longest wait of ``PostgresPool/close()`` for connections in use.
    package var drainTimeout: Duration = .seconds(5)
    /// The name under which `pg_stat_activity` lists our sessions.
    package var applicationName = "tradepulse"

    package init(target: PostgresTarget) { self.target = target }

    /// Settings for a connection string, as ``PostgresTarget/init(_:)`` reads it.
    ///
    /// - Throws: ``PostgresError/invalidConfiguration(_:)``.
    package init(url: String) throws(PostgresError) { target = try PostgresTarget(url) }

    /// Settings for a server on this machine, by its Unix socket.
    package init(socketDirectory: String, port: Int = 5432, user: String, database: String) {
        target = PostgresTarget(options: [
            "host": socketDirectory, "port": "\(port)", "user": user, "dbname": database,
        ])
    }
}
