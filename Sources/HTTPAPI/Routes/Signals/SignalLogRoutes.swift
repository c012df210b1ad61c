import APIContract
import Crypto
import Foundation
import Hummingbird
import MarketFeed
import Markets
import MerkleLog
import Signals

/// `/api/v1/signals/log`: the record of signals as one can hold us to it: what it was, signed, and proofs (RFC 6962).
struct SignalLogRoutes {
    let signals: SignalSource

    func add(to group: RouterGroup<AppContext>) {
        group.get("checkpoint", use: checkpoint)
        group.get("inclusion/:id", use: inclusion)
        group.get("consistency", use: consistency)
        group.get("key", use: key)
    }

    @Sendable func checkpoint(_ request: Request, context: AppContext) async throws -> Response {
        guard let latest = try await signals.record.latest() else { throw Self.empty }
        return Response(to: request, json: SignalCheckpointView(latest), cacheControl: SignalRoutes.caching)
    }

    @Sendable func inclusion(_ request: Request, context: AppContext) async throws -> Response {
        let stored = try await signals.shown(context)
        let query = try InclusionQuery(QueryFields(request))
        let logged = try await signals.record.leaves(stored.signal.id).first { $0.entry.kind == query.entry }
        // An end that the caller is not shown yet is not proved to them either.
        guard let logged, query.entry == .publication || stored.standing != .active else {
            throw APIError(.notFound, .notFound, "The record holds no such entry of this signal.")
        }
        let signed = try await signals.record.latest()?.checkpoint.size ?? 0
        let size = query.size ?? max(signed, logged.index + 1)
        guard let found = try await signals.prover.inclusion(ofLeaf: logged.index, inSize: size) else {
            throw APIError.invalid("size", .outOfRange, "The record of this size does not hold the entry.")
        }
        let view = SignalInclusionView(
            entry: logged.entry.kind.rawValue,
            leafIndex: logged.index,
            leafHash: logged.leaf.hex,
            content: logged.entry.text,
            size: size,
            rootHash: found.root.hex,
            proof: found.proof.map(\.hex)
        )
        return Response(to: request, json: view, cacheControl: SignalRoutes.caching)
    }

    @Sendable func consistency(_ request: Request, context: AppContext) async throws -> Response {
        let query = try ConsistencyQuery(QueryFields(request))
        guard let found = try await signals.prover.consistency(from: query.from, to: query.to) else {
            throw APIError.invalid("to", .outOfRange, "The record does not have so many entries.")
        }
        let view = SignalConsistencyView(
            from: query.from,
            fromRootHash: found.from.hex,
            to: query.to,
            toRootHash: found.to.hex,
            proof: found.proof.map(\.hex)
        )
        return Response(to: request, json: view, cacheControl: SignalRoutes.caching)
    }

    @Sendable func key(_ request: Request, context: AppContext) async throws -> Response {
        guard let key = try await signals.record.keys().last else { throw Self.empty }
        let view = SignalLogKeyView(
            keyId: CheckpointKey.id(of: key),
            algorithm: "Ed25519",
            publicKey: key.rawRepresentation.base64EncodedString()
        )
        return Response(to: request, json: view, cacheControl: SignalRoutes.caching)
    }

    private static let empty = APIError(.notFound, .notFound, "Nothing has been recorded yet.")
}

/// `?entry=&size=`.
private struct InclusionQuery {
    let entry: RecordEntry.Kind
    let size: Int64?

    init(_ fields: consuming QueryFields) throws(APIError) {
        entry = fields.choice("entry", of: RecordEntry.Kind.self) ?? .publication
        size = fields.integer("size", in: 1...Int64.max)
        try fields.finish()
    }
}

/// `?from=&to=`.
private struct ConsistencyQuery {
    let from: Int64
    let to: Int64

    init(_ fields: consuming QueryFields) throws(APIError) {
        let from = fields.integer("from", in: 1...Int64.max)
        let to = fields.integer("to", in: 1...Int64.max)
        for (name, value) in [("from", from), ("to", to)] where value == nil {
            guard !fields.problems.contains(where: { $0.field == name }) else { continue }
            fields.complain(name, .required, "This is needed.")
        }
        if let from, let to, to < from { fields.complain("to", .outOfRange, "Expected at least `from`.") }
        try fields.finish()
        // Without a complaint both are there.
        self.from = from ?? 1
        self.to = to ?? 1
    }
}

extension SignalCheckpointView {
    init(_ signed: SignedCheckpoint) {
        let checkpoint = signed.checkpoint
        self.init(
            origin: checkpoint.origin,
            size: checkpoint.size,
            rootHash: checkpoint.root.hex,
            signedAt: MarketTime(milliseconds: checkpoint.signedAt).iso8601,
            keyId: signed.keyID,
            signature: signed.signature.base64EncodedString()
        )
    }
}
