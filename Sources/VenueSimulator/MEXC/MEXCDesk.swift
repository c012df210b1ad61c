import Markets

/// Answers MEXC's REST requests: `/api/v3` for the spot market, `/api/v1/contract` for futures.
///
/// - Source: mexcdevelop/apidocs, spot_v3_en and contract_v1_en; answers recorded in 2022 and 2026.
struct MEXCDesk: RequestDesk {
    let floor: any VenueFloor
    let gate: RateGate

    func answer(_ request: RESTRequest) -> RESTAnswer {
        request.path.hasPrefix("/api/v1/contract/") ? perpetual(request) : spot(request)
    }

    private func spot(_ request: RESTRequest) -> RESTAnswer {
        do throws(MEXCError) {
            let weight = MEXCSpotAnswers.weight(request)
            do throws(RateRefusal) {
                let caller = request.path + " " + request.address
                _ = try gate.charge(weight, to: caller, .mexcSpot, now: request.now)
            } catch {
                throw .tooMany(error)
            }
            return RESTAnswer(try MEXCSpotAnswers(floor: floor).answer(request))
        } catch {
            return RESTAnswer(status: error.status, error.spotJSON, headers: error.headers)
        }
    }

    private func perpetual(_ request: RESTRequest) -> RESTAnswer {
        do throws(MEXCError) {
            do throws(RateRefusal) {
                let caller = endpoint(request.path) + " " + request.address
                let limit = request.path.contains("/depth/") ? 10 : 20
                _ = try gate.charge(1, to: caller, .mexcPerpetual(limit), now: request.now)
            } catch {
                throw .tooMany(error)
            }
            let data = try MEXCPerpetualAnswers(floor: floor).answer(request)
            var json = JSONText(capacity: data.bytes.count + 40)
            json.raw(#"{"success":true,"code":0,"data":"#)
            json.raw(data)
            json.raw("}")
            return RESTAnswer(json)
        } catch {
            // Futures say everything but a ban with HTTP 200.
            return RESTAnswer(
                status: error.status == 403 ? 403 : 200,
                error.perpetualJSON,
                headers: error.headers
            )
        }
    }

    /// The path without the contract it ends in: the limit is the endpoint's.
    private func endpoint(_ path: String) -> String {
        path.split(separator: "/").prefix(4).joined(separator: "/")
    }
}

/// A refusal in MEXC's words.
struct MEXCError: Error, Hashable, Sendable {
    var status = 400
    var code: Int
    var message: String
    var retryAfterSeconds: Int?

    static let invalidSymbol = MEXCError(code: -1121, message: "Invalid symbol.")
    static let invalidInterval = MEXCError(code: -1120, message: "Invalid interval.")
    static let noContract = MEXCError(code: 1001, message: "Contract does not exist")
    static let parameter = MEXCError(code: 600, message: "Parameter error")
    static let notFound = MEXCError(status: 404, code: 404, message: "Not Found")

    static func missing(_ name: String) -> MEXCError {
        MEXCError(code: -1102, message: "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.")
    }

    static func tooMany(_ refusal: RateRefusal) -> MEXCError {
        switch refusal {
        case .tooMany(let seconds):
            MEXCError(status: 429, code: 510, message: "Requests are too frequent", retryAfterSeconds: seconds)
        case .banned(_, let seconds):
            MEXCError(status: 403, code: 403, message: "Access Denied", retryAfterSeconds: seconds)
        }
    }

    var headers: [(name: String, value: String)] {
        retryAfterSeconds.map { [("Retry-After", String($0))] } ?? []
    }

    var spotJSON: JSONText {
        var json = JSONText()
        json.raw(#"{"code":"#)
        if status == 429 { json.raw("429") } else { json.raw(String(code)) }
        json.raw(#","msg":"#)
        json.name(message)
        json.raw("}")
        return json
    }

    var perpetualJSON: JSONText {
        var json = JSONText()
        json.raw(#"{"success":false,"code":"#)
        json.raw(String(code))
        json.raw(#","message":"#)
        json.name(message)
        json.raw("}")
        return json
    }
}
