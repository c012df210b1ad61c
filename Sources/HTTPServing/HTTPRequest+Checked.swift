import HTTPTypes
import NIOHTTP1

extension HTTPRequest {
    /// A request whose header ``RequestHeadRules`` has passed, in the words Hummingbird understands.
    ///
    /// NIO's own codec parses the target with `URLComponents` to find the path of an absolute form; ours is always the
    /// origin form, so it is taken as it stands.
    init(checked head: HTTPRequestHead) {
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)
        var authority: String?
        for (name, value) in head.headers {
            guard let name = HTTPField.Name(name) else { continue }
            guard name.canonicalName != "host" else {
                authority = value
                continue
            }
            fields.append(HTTPField(name: name, value: value))
        }
        // The rules let only the seven usual methods pass, whose names are tokens.
        self.init(
            method: Method(rawValue: head.method.rawValue) ?? .get,
            scheme: "http",
            authority: authority,
            path: head.uri,
            headerFields: fields
        )
    }
}
