import NIOHTTP1
import StrictJSON
import Testing

@Suite("Request bodies", .timeLimit(.minutes(2)))
struct RequestBodyTests {
    private static let login = #"{"email":"a@example.com","password":"wrong horse battery"}"#

    @Test(
        "Only JSON in UTF-8 is read, whatever else its media type says",
        arguments: [
            ("application/json", 401), ("Application/JSON", 401), ("application/json; charset=utf-8", 401),
            ("application/json;charset=UTF-8", 401), (#"application/json; charset="utf-8""#, 401),
            ("application/json; profile=x", 401), ("application/json; charset=utf-16", 415),
            ("application/json; charset=iso-8859-1", 415), ("application/json; charset=", 415),
            ("application/json; charset=utf-8; charset=utf-7", 415), ("text/plain", 415), ("application/jsonp", 415),
            ("application/x-www-form-urlencoded", 415), ("multipart/form-data; boundary=x", 415), ("", 415),
        ]
    )
    func mediaType(type: String, status: Int) async throws {
        try await LiveAPI.serving { api in
            let answer = try await api.post("/api/v1/auth/login", Self.login, type: type)
            #expect(answer.status == status)
            #expect(answer.code == (status == 415 ? "unsupported_media_type" : "invalid_credentials"))
        }
    }

    @Test(
        "A compressed body is refused before it is read",
        arguments: [("identity", 401), ("Identity", 401), ("gzip", 415), ("br", 415), ("identity, gzip", 415)]
    )
    func coding(coding: String, status: Int) async throws {
        try await LiveAPI.serving { api in
            let headers: HTTPHeaders = ["Content-Encoding": coding]
            let answer = try await api.post("/api/v1/auth/login", Self.login, headers: headers)
            #expect(answer.status == status)
            if status == 415 { #expect(answer.header("Accept-Encoding") == "identity") }
        }
    }

    @Test(
        "What is no JSON object is 400, and the sentence says where",
        arguments: [
            "", "nothing", "[]", "\"a\"", "{", #"{"email":"a","email":"b"}"#, "{} {}", #"{"email":"\ud800"}"#,
            String(repeating: "[", count: 10_000),
        ]
    )
    func malformed(body: String) async throws {
        try await LiveAPI.serving { api in
            let answer = try await api.post("/api/v1/auth/login", body)
            #expect(answer.status == 400)
            #expect(answer.code == "malformed_json")
        }
    }

    @Test("Every wrong field is named at once, unknown ones and those of inner objects too")
    func fields() async throws {
        try await LiveAPI.serving { api in
            let body = #"{"email":1,"subscription":"vip","device":{"name":"\u0000","colour":"red"}}"#
            let answer = try await api.post("/api/v1/auth/login", body)
            #expect(answer.status == 422)
            #expect(answer.code == "validation_failed")
            let errors = try #require(answer.json?["errors"]?.items)
            let found = Set(errors.map { "\($0["field"]?.text ?? "") \($0["code"]?.text ?? "")" })
            #expect(
                found == [
                    "email wrong_type", "password required", "subscription unknown_field", "device.name malformed",
                    "device.colour unknown_field",
                ]
            )
        }
    }

    @Test("A body past 64 KB is 413")
    func large() async throws {
        try await LiveAPI.serving { api in
            let answer = try await api.post("/api/v1/auth/login", String(repeating: " ", count: 65_537))
            #expect(answer.status == 413)
            #expect(answer.code == "body_too_large")
        }
    }
}
