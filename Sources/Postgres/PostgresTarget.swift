import CLibPQ

/// Where a server is and who we are there: the options libpq takes.
///
/// Its description leaves the password out.
package struct PostgresTarget: Sendable, Hashable {
    /// By libpq's keywords: `host`, `port`, `dbname`, `user`, `password`, `sslmode`, `target_session_attrs`, ….
    private var options: [String: String]

    package init(options: [String: String]) { self.options = options }

    /// Reads what libpq reads: `postgresql://user:password@host1,host2/database?target_session_attrs=read-write`, or
    /// `host=… dbname=…`.
    ///
    /// - Throws: ``PostgresError/invalidConfiguration(_:)``, which does not repeat the string: it holds a password.
    package init(_ connectionString: String) throws(PostgresError) {
        guard !connectionString.utf8.contains(0), let parsed = PQconninfoParse(connectionString, nil) else {
            throw .invalidConfiguration(
                "the connection string is not of the form postgresql://user:password@host:port/database"
            )
        }
        defer { PQconninfoFree(parsed) }
        options = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
    }

    /// The value of one of libpq's keywords.
    package subscript(keyword: String) -> String? {
        get { options[keyword] }
        set { options[keyword] = newValue }
    }

    /// How many hosts there are to choose from.
    var hostCount: Int { max(1, list("host").count, list("hostaddr").count) }

    /// The same target with its hosts in another order: `offset` places further on.
    ///
    /// libpq goes to the next host by itself when one refuses, but stays at one that does not answer at all; so the
    /// attempt after one that ran out of time begins elsewhere.
    package func rotated(by offset: Int) -> PostgresTarget {
        var rotated = self
        for keyword in ["host", "hostaddr", "port"] where list(keyword).count == hostCount && hostCount > 1 {
            let items = list(keyword)
            let start = offset % items.count
            rotated.options[keyword] = (items[start...] + items[..<start]).joined(separator: ",")
        }
        return rotated
    }

    private func list(_ keyword: String) -> [Substring] {
        options[keyword]?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    }

    /// A text of libpq or the server without the password that may be in it.
    package func redacted(_ text: String) -> String {
        guard let password = options["password"], !password.isEmpty else { return text }
        return text.split(separator: password, omittingEmptySubsequences: false).joined(separator: "***")
    }

    /// Begins a connection.
    ///
    /// The host's name is resolved here, which may block.
    func startConnecting(applicationName: String) -> OpaquePointer? {
        var options = self.options
        options["client_encoding"] = "UTF8"
        options["application_name"] = options["application_name"] ?? applicationName
        // A peer that vanished without a word is noticed after about 20 s, not after the kernel's 2 hours.
        for (keyword, value) in [("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "2")] {
            options[keyword] = options[keyword] ?? value
        }
        options["tcp_user_timeout"] = options["tcp_user_timeout"] ?? "20000"
        let pairs = options.sorted { $0.key < $1.key }
        return withCStrings(pairs.map(\.key)) { keywords in
            withCStrings(pairs.map(\.value)) { values in PQconnectStartParams(keywords, values, 0) }
        }
    }
}

extension PostgresTarget: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let host = options["host"] ?? options["hostaddr"] ?? "local"
        return "\(options["user"] ?? "?")@\(host):\(options["port"] ?? "5432")/\(options["dbname"] ?? "?")"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: [("target", description)]) }
}

/// The strings as a C array ended by NULL, for the time of the call.
private func withCStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    var bytes: [CChar] = []
    let starts = strings.map { string in
        defer { bytes.append(contentsOf: string.utf8CString) }
        return bytes.count
    }
    return bytes.withUnsafeBufferPointer { buffer in
        var pointers = starts.map { start in buffer.baseAddress?.advanced(by: start) }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { list in
            guard let first = list.baseAddress else { preconditionFailure("an array with an element has an address") }
            return body(first)
        }
    }
}
