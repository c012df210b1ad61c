import Redis
import Testing

@Suite("Where Redis is")
struct RedisTargetTests {
    @Test(
        "A URL names servers, a database and who we are",
        arguments: [
            ("redis://localhost", "localhost:6379/0"), ("redis://10.0.0.1:7000/2", "10.0.0.1:7000/2"),
            ("rediss://:secret@cache.example.com:6380/0", "cache.example.com:6380/0"),
            ("redis://[::1]:7000", "[::1]:7000/0"), ("redis://user:secret@a:1,b:2,c", "a:1,b:2,c:6379 (cluster)"),
            ("redis://a:1?cluster=true", "a:1 (cluster)"), ("redis://:se@cret@a/1", "a:6379/1"),
        ]
    )
    func good(url: String, description: String) throws {
        let target = try RedisTarget(url)
        #expect("\(target)" == description)
        #expect(target.usesTLS == url.hasPrefix("rediss"))
        var dumped = ""
        dump(target, to: &dumped)
        #expect(!(dumped + String(reflecting: target)).contains("secret"))
    }

    @Test(
        "What is no such URL is refused without being repeated",
        arguments: [
            "http://secret@a", "redis://", "redis://:secret@", "redis://a:0", "redis://a:99999", "redis://a:b",
            "redis://secret@a", "redis://a/x", "redis://a,b/1", "redis://a,,b", "redis://[::1", "redis://a?secret=1",
            "redis://:%zz@a",
        ]
    )
    func bad(url: String) throws {
        let error = #expect(throws: RedisError.self) { try RedisTarget(url) }
        #expect(!"\(try #require(error))".contains("secret"))
    }
}
