import Accounts
import Foundation
import Testing

@Suite("Sealed secrets")
struct SecretBoxTests {
    static let old = Secret("the old secret, of thirty-two bytes and more")
    static let new = Secret("the new secret, of thirty-two bytes and more")
    let bytes = Array("a seed".utf8)

    private func box(_ secrets: Secret...) throws -> SecretBox { try #require(SecretBox(secrets: secrets)) }

    @Test("What was sealed opens, looks different each time, and shows nothing")
    func roundTrip() throws {
        let box = try box(Self.new)
        let one = try box.seal(bytes, for: .oneTimePassword, of: "jane")
        let other = try box.seal(bytes, for: .oneTimePassword, of: "jane")
        #expect(one != other && !one.contains("seed"))
        #expect(box.open(one, for: .oneTimePassword, of: "jane") == bytes)
        #expect(box.open(other, for: .oneTimePassword, of: "jane") == bytes)
    }

    @Test("Moved to another row, meant for something else, changed anywhere or cut, it does not open")
    func tampering() throws {
        let box = try box(Self.new)
        let text = try box.seal(bytes, for: .oneTimePassword, of: "jane")
        #expect(box.open(text, for: .oneTimePassword, of: "john") == nil)
        #expect(box.open(text, for: .letter, of: "jane") == nil)
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(box.open(changed, for: .oneTimePassword, of: "jane") == nil)
            #expect(box.open(String(text[..<index]), for: .oneTimePassword, of: "jane") == nil)
        }
    }

    @Test("After a change of secrets old texts open and ask to be sealed anew; without the old secret they do not")
    func rotation() throws {
        let text = try box(Self.old).seal(bytes, for: .oneTimePassword, of: "jane")
        let both = try box(Self.new, Self.old)
        #expect(both.open(text, for: .oneTimePassword, of: "jane") == bytes && both.isOutdated(text))
        #expect(try !both.isOutdated(both.seal(bytes, for: .oneTimePassword, of: "jane")))
        #expect(try box(Self.new).open(text, for: .oneTimePassword, of: "jane") == nil)
    }

    @Test("A secret of fewer than 32 bytes, and none, make no box")
    func short() {
        #expect(SecretBox(secrets: []) == nil)
        #expect(SecretBox(secrets: [Self.new, Secret(String(repeating: "x", count: 31))]) == nil)
    }
}
