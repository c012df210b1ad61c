package import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Whether venues can be reached from here, for `MARKET_SOURCE=auto`.
package enum VenueReachability {
    /// Asks all at once, and waits at most the given time for the first that answers.
    ///
    /// - Parameters:
    ///   - urls: one of each venue that anybody may ask.
    ///   - seconds: the longest wait.
    ///   - http: one that neither follows redirects nor retries in silence.
    /// - Returns: whether one answered with 200; "not now" or "not from your country" is no source of data either.
    package static func anyAnswers(
        _ urls: [String],
        within seconds: Double = 2,
        http: HTTPClient = .venues
    ) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            for url in urls { group.addTask { await answers(url, within: seconds, http: http) } }
            for await answered in group where answered {
                group.cancelAll()
                return true
            }
            return false
        }
    }

    private static func answers(_ url: String, within seconds: Double, http: HTTPClient) async -> Bool {
        let request = HTTPClientRequest(url: url)
        let answer = try? await http.execute(request, timeout: .milliseconds(Int64(seconds * 1000)))
        return answer?.status == .ok
    }
}
