import Crypto
import Foundation
import MerkleLog

extension SignalRecord {
    private static let pageSize = 2_000

    /// Walks along the whole record, and along the signals that are shown.
    ///
    /// - Parameter kept: heads from outside of the database.
    /// - Returns: how far the record is as it was written, and the first fault.
    /// - Throws: the store's failure.
    package func verify(kept: [RecordHead]) async throws -> (verified: RecordHead, fault: RecordFault?) {
        let signed = try await checkpoints()
        let keys = try await keys()
        // Read before the leaves: whoever adds some meanwhile must not look like a cut.
        let head = try await head()
        var verifier = RecordVerifier(checkpoints: signed.map(\.checkpoint), kept: kept)
        if let stranger = signed.first(where: { one in !keys.contains { one.isSigned(by: $0) } }) {
            return (verifier.verified, .unsigned(size: stranger.checkpoint.size))
        }
        var recorded: [UUID: RecordedTexts] = [:]
        while verifier.verified.size < head.size {
            let limit = Int(min(Int64(Self.pageSize), head.size - verifier.verified.size))
            let page = try await entries(verifier.verified.size, limit)
            for logged in page {
                if let fault = verifier.check(logged) { return (verifier.verified, fault) }
                recorded[logged.entry.signalID, default: RecordedTexts()].take(logged.entry)
            }
            if page.count < limit { break }
        }
        if let fault = verifier.finish(at: head) { return (verifier.verified, fault) }
        return (verifier.verified, try await shownFault(recorded, logged: head.size))
    }

    /// Whether what is shown is what was recorded.
    ///
    /// A signal that came while this ran has a place behind the head, and is for the next time.
    private func shownFault(_ recorded: [UUID: RecordedTexts], logged size: Int64) async throws -> RecordFault? {
        var unseen = Set(recorded.keys)
        var last: UUID?
        while true {
            let page = try await signals(last, Self.pageSize)
            for stored in page {
                let id = stored.signal.id
                unseen.remove(id)
                guard let texts = recorded[id], let publication = texts.publication else {
                    if let place = stored.place, place.index >= size { continue }
                    return .unrecorded(signal: id)
                }
                guard publication == RecordEntry(publicationOf: stored.signal).text else {
                    return .shownOtherwise(signal: id)
                }
                if let fault = texts.endFault(of: stored) { return fault }
            }
            guard page.count == Self.pageSize, let end = page.last else { break }
            last = end.signal.id
        }
        return unseen.min { $0.uuidString < $1.uuidString }.map { .hidden(signal: $0) }
    }
}

/// What the record holds of one signal.
private struct RecordedTexts {
    private(set) var publication: String?
    private var outcome: String?

    mutating func take(_ entry: RecordEntry) {
        switch entry.kind {
        case .publication: publication = entry.text
        case .outcome: outcome = entry.text
        }
    }

    func endFault(of stored: StoredSignal) -> RecordFault? {
        let id = stored.signal.id
        let shown = stored.standing.entry(of: id)?.text
        if shown == outcome { return nil }
        return outcome == nil ? .unrecorded(signal: id) : .shownOtherwise(signal: id)
    }
}
