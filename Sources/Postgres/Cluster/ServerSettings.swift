/// The server's settings, given on its command line, where they count more than the cluster's own files.
enum ServerSettings {
    static func arguments(
        _ binaries: ServerBinaries,
        _ layout: ClusterLayout,
        socketDirectory: String,
        _ overrides: [String: String]
    ) -> [String] {
        var settings = [
            "listen_addresses": "",
            "unix_socket_directories": socketDirectory,
            // As root we reach the socket anyway; as the server's own user by owning it.
            "unix_socket_permissions": "0700",
            "port": "\(ClusterLayout.port)",
            "hba_file": layout.access,
            "ident_file": layout.names,
            "cluster_name": "tradepulse",
            // What was acknowledged survives a crash of the machine.
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "max_wal_size": "1GB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
            // The log names what happened, not the values it happened with: those may be a user's.
            "logging_collector": "off",
            "log_destination": "stderr",
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_checkpoints": "off",
        ]
        settings.merge(overrides) { _, override in override }
        return [binaries.postgres, "-D", layout.data]
            + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }
}
