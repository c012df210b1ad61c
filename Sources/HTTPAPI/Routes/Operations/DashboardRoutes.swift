import Dashboard
import HTTPTypes
import Hummingbird
import NIOCore

/// The web client's files, from memory.
struct DashboardRoutes {
    let files: DashboardFiles

    func add(to router: Router<AppContext>) {
        for path in files.paths {
            router.get(RouterPath(path)) { request, _ in try respond(to: request, path: path) }
        }
    }

    private func respond(to request: Request, path: String) throws -> Response {
        guard let file = files.file(forPath: path) else { throw HTTPError(.notFound) }
        var response = Response(
            to: request,
            tag: String(file.etag.dropFirst().dropLast()),
            cacheControl: file.cacheControl,
            contentType: file.contentType
        ) { ByteBuffer(bytes: file.bytes) }
        response.headers[.contentSecurityPolicy] = DashboardFiles.contentSecurityPolicy
        return response
    }
}
