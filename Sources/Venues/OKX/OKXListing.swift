import Markets

/// `GET /api/v5/public/instruments?instType=…`.
struct OKXListing {
    private(set) var instruments: [Instrument] = []
    /// Rows left out.
    private(set) var refusals = RefusalCounts()

    init(_ answer: borrowing OKXAnswer, _ kind: OKXKind) throws(FrameRefusal) {
        var row = OKXInstrumentRow(kind)
        var tally = RowTally()
        try tally.each(of: answer.rows) { value throws(FrameRefusal) in
            if let instrument = try row.instrument(value) { instruments.append(instrument) }
        }
        try tally.settle(into: &refusals)
    }
}

/// One market of a listing.
///
/// ```json
/// {"instType":"SPOT","instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","ctVal":"",…,"lotSz":"0.00000001",
///  "minSz":"0.00001","state":"live","tickSz":"0.1","uly":""}
/// {"instType":"SWAP","instId":"BTC-USDT-SWAP","baseCcy":"","quoteCcy":"","ctMult":"1","ctType":"linear","ctVal":"0.01",
///  "ctValCcy":"BTC",…,"instFamily":"BTC-USDT","lotSz":"0.01","settleCcy":"USDT","state":"live","tickSz":"0.1",
///  "uly":"BTC-USDT",…}
/// ```
/// Of the states live, suspend, preopen, rebase, post_only, test and any future one only the first trades. A swap's base
/// and quote stand in its family (`uly` before 2023); one contract is `ctVal` × `ctMult` of `ctValCcy`, and `lotSz` counts
/// contracts. Inverse swaps, whose contracts are dollars, are left out.
/// <https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments>
struct OKXInstrumentRow: ~Copyable {
    private let kind: OKXKind
    private var fields = VenueFields<Field>()

    init(_ kind: OKXKind) { self.kind = kind }

    /// Nil for a market of a kind that we do not read.
    mutating func instrument(_ row: VenueValue) throws(FrameRefusal) -> Instrument? {
        fields.read(row)
        // A dated future names its contract as a swap does.
        guard fields[.kind].isAbsent || fields[.kind].text == kind.rawValue else { return nil }
        let name = try fields.text(.name)
        guard name.isPlainMarketName else { throw FrameRefusal(.symbolInvalid, field: Field.name.key) }
        switch kind {
        case .spot: return try spot(name)
        case .swap:
            guard fields[.contractType].equals("linear") else {
                _ = try fields.utf8(.contractType)
                return nil
            }
            return try swap(name)
        }
    }

    private func spot(_ name: String) throws(FrameRefusal) -> Instrument {
        let (base, quote) = (try fields.text(.base), try fields.text(.quote))
        return Instrument(
            venue: .okx,
            symbol: try symbol(base, quote, "", .base),
            venueSymbol: name,
            base: base,
            quote: quote,
            tickSize: (try? fields.positive(.tickSize)).map { Price($0) },
            lotSize: (try? fields.positive(.lotSize)).map { Quantity($0) },
            isTrading: fields[.state].equals("live")
        )
    }

    private func swap(_ name: String) throws(FrameRefusal) -> Instrument {
        let family: Field = fields.isVacant(.family) ? .underlying : .family
        let parts = try fields.text(family).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw FrameRefusal(.symbolInvalid, field: family.key) }
        let (base, quote) = (String(parts[0]), String(parts[1]))
        let contractSize = try contractSize(of: base)
        let lotSize = (try? fields.positive(.lotSize)).flatMap { $0.multiplied(by: contractSize.value) }
        return Instrument(
            venue: .okx,
            symbol: try symbol(base, quote, Symbol.perpetualSuffix, family),
            venueSymbol: name,
            base: base,
            quote: quote,
            tickSize: (try? fields.positive(.tickSize)).map { Price($0) },
            lotSize: lotSize.map { Quantity($0) },
            contractSize: contractSize,
            isTrading: fields[.state].equals("live")
        )
    }

    /// Base asset of one contract.
    private func contractSize(of base: String) throws(FrameRefusal) -> Quantity {
        // A contract of anything else would make every quantity of this market wrong.
        guard try fields.text(.contractCurrency) == base else {
            throw FrameRefusal(.contradiction, field: Field.contractCurrency.key)
        }
        let value = try fields.positive(.contractValue)
        guard !fields.isVacant(.contractMultiplier) else { return Quantity(value) }
        guard let size = value.multiplied(by: try fields.positive(.contractMultiplier)), size.isPositive else {
            throw FrameRefusal(.valueOutOfRange, field: Field.contractValue.key)
        }
        return Quantity(size)
    }

    private func symbol(
        _ base: String,
        _ quote: String,
        _ suffix: String,
        _ field: Field
    ) throws(FrameRefusal) -> Symbol {
        guard !base.isEmpty, !quote.isEmpty, let symbol = Symbol(base + quote + suffix) else {
            throw FrameRefusal(.symbolInvalid, field: field.key)
        }
        return symbol
    }

    enum Field: Int, VenueFieldName {
        case kind, name, base, quote, family, underlying, state, tickSize, lotSize
        case contractType, contractValue, contractMultiplier, contractCurrency

        var key: String {
            switch self {
            case .kind: "instType"
            case .name: "instId"
            case .base: "baseCcy"
            case .quote: "quoteCcy"
            case .family: "instFamily"
            case .underlying: "uly"
            case .state: "state"
            case .tickSize: "tickSz"
            case .lotSize: "lotSz"
            case .contractType: "ctType"
            case .contractValue: "ctVal"
            case .contractMultiplier: "ctMult"
            case .contractCurrency: "ctValCcy"
            }
        }
    }
}
