import APIContract
import Foundation
import NIOCore
import NIOHTTP1
import TestKit
import Testing

@Suite("Letters of the running program", .fewAtOnce, .timeLimit(.minutes(3)))
struct LettersTests {
    private struct Mail: Decodable {
        let to: String
        let subject: String
        let text: String
    }

    private struct Page: Decodable {
        let items: [Mail]
    }

    /// The token of the link in the first mail to the address that says so; the program sends within a second.
    private func token(in client: TestClient, subject: String) async throws -> String {
        while true {
            let page = try await client.get("/dev/mail").decoded(Page.self)
            if let mail = page.items.first(where: { $0.to == "jane@example.com" && $0.subject == subject }) {
                let link = try #require(mail.text.firstMatch(of: /https:\/\/app\.example\.com\/account#[a-z-]+=(\S+)/))
                return String(link.1)
            }
        }
    }

    @Test("An address is confirmed, a password is forgotten and set anew, by the links in the mails alone")
    func mailbox() async throws {
        let server = try await ServerProcess(
            environment: ["REQUIRE_EMAIL_VERIFICATION": "true", "PUBLIC_URL": "https://app.example.com"]
        )
        let client = TestClient(server)
        let credentials = RegisterRequest(email: "jane@example.com", password: "correct horse battery")
        #expect(try await client.post("/api/v1/auth/register", credentials).status == 202)
        #expect(try await client.post("/api/v1/auth/login", credentials).status == 401)
        let confirmation = try await token(in: client, subject: "Confirm your address")
        let verified = try await client.post("/api/v1/auth/verify-email", ["token": confirmation])
        #expect(verified.status == 200)
        #expect(try await client.post("/api/v1/auth/login", credentials).status == 200)

        #expect(try await client.post("/api/v1/auth/password/reset", ["email": "jane@example.com"]).status == 202)
        let reset = try await token(in: client, subject: "Choose a new password")
        let newPassword = ["token": reset, "newPassword": "a brand new battery"]
        #expect(try await client.post("/api/v1/auth/password/reset/confirm", newPassword).status == 204)
        #expect(try await client.post("/api/v1/auth/login", credentials).status == 401)
        let login = ["email": "jane@example.com", "password": "a brand new battery"]
        #expect(try await client.post("/api/v1/auth/login", login).status == 200)
        await server.stop()
        for secret in [confirmation, reset, "jane@example.com", "brand new battery"] {
            #expect(!server.logText.contains(secret))
        }
        #expect(server.logText.contains("https://app.example.com/account#reset-password=…"))
        #expect(server.logText.contains("to=j…@example.com"))
    }

    @Test("Production without a mail server does not take addresses that it could not confirm")
    func production() async throws {
        let failure = await #expect(throws: ServerProcess.StartFailure.self) {
            _ = try await ServerProcess(
                environment: [
                    "APP_ENV": "production", "JWT_SECRET": "0123456789abcdef0123456789abcdef",
                    "JWT_REFRESH_SECRET": "fedcba9876543210fedcba9876543210",
                    "ENCRYPTION_KEY": "89abcdef0123456789abcdef01234567", "REQUIRE_EMAIL_VERIFICATION": "true",
                ]
            )
        }
        #expect(failure?.description.contains("needs SMTP_URL") == true)
    }
}
