import Dashboard
import Foundation
import Testing

@Suite("The dashboard's files")
struct DashboardFilesTests {
    let files: DashboardFiles

    init() throws {
        files = try DashboardFiles(assetsDirectory: nil)
    }

    @Test("Each page and each file it names are served with the right type", arguments: ["/", "/account"])
    func everyFileThatThePageNames(path: String) throws {
        let page = try #require(files.file(forPath: path))
        #expect(page.contentType == "text/html; charset=utf-8")
        let text = String(decoding: page.bytes, as: UTF8.self)
        let named = text.matches(of: /(?:src|href)="(\/[^"]+)"/).map { String($0.1) }
        #expect(named.count >= 3)
        for path in named where !path.hasPrefix("/dashboard/vendor/") {
            #expect(files.file(forPath: String(path.prefix { $0 != "#" })) != nil, "\(path)")
        }
        #expect(files.file(forPath: "/dashboard/app.js")?.contentType == "text/javascript; charset=utf-8")
        #expect(files.file(forPath: "/dashboard/style.css")?.contentType == "text/css; charset=utf-8")
    }

    @Test("Each module that a module imports is served")
    func everyImport() throws {
        for path in files.paths where path.hasSuffix(".js") {
            let script = String(decoding: try #require(files.file(forPath: path)).bytes, as: UTF8.self)
            for match in script.matches(of: /from "\.\/([^"]+)"/) {
                #expect(files.file(forPath: "/dashboard/\(match.1)") != nil, "\(path) imports \(match.1)")
            }
        }
    }

    @Test(
        "No spelling of a path leads out of the folder",
        arguments: [
            "", "//", "/..", "/dashboard/", "/dashboard/..", "/dashboard/../Package.swift", "/dashboard/%2e%2e/app.js",
            "/dashboard/..%2fapp.js", "/dashboard/./app.js", "/dashboard//app.js", "/dashboard/app.js/", "/app.js",
            "/dashboard/app.js\0", "/dashboard/app.js%00", "/dashboard/APP.JS", "/dashboard/index.html", "/etc/passwd",
            "/dashboard/\\..\\app.js", "/dashboard/vendor/../app.js",
        ]
    )
    func hostilePaths(path: String) {
        #expect(files.file(forPath: path) == nil)
    }

    @Test(
        "The strict content policy has nothing to forbid in a page: no inline script, style or handler",
        arguments: ["/", "/account"]
    )
    func noInlineCode(path: String) throws {
        let text = String(decoding: try #require(files.file(forPath: path)).bytes, as: UTF8.self)
        #expect(text.firstMatch(of: /<script(?![^>]*\ssrc=)/) == nil)
        #expect(text.firstMatch(of: /<style|\sstyle=|\son[a-z]+=|javascript:/) == nil)
        #expect(!DashboardFiles.contentSecurityPolicy.contains("unsafe"))
    }

    @Test("Without the charting library the page is served all the same, and the library is named as missing")
    func missingLibrary() {
        #expect(files.missingAssets == [ThirdPartyAssets.chart])
        #expect(files.file(forPath: "/dashboard/vendor/\(ThirdPartyAssets.chart)") == nil)
    }
}

@Suite("Files from a folder")
struct DashboardFolderTests {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "dashboard-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("<!doctype html>", to: "index.html")
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    func load(assets: URL? = nil) throws -> DashboardFiles {
        try DashboardFiles(webDirectory: folder, assetsDirectory: assets)
    }

    @Test("A tag changes with the bytes and only with them")
    func entityTags() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("let a = 1", to: "a.js")
        try write("let a = 1", to: "b.js")
        let first = try load()
        let tag = try #require(first.file(forPath: "/dashboard/a.js")?.etag)
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 4)
        #expect(first.file(forPath: "/dashboard/b.js")?.etag == tag)
        #expect(first.file(forPath: "/dashboard/a.js")?.cacheControl == "no-cache")
        try write("let a = 2", to: "a.js")
        #expect(try load().file(forPath: "/dashboard/a.js")?.etag != tag)
        #expect(first.file(forPath: "/dashboard/a.js")?.etag == tag, "read once, at the start")
    }

    @Test("The library is kept by browsers for good, and nothing else of its folder is served")
    func library() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let assets = folder.appending(path: "assets")
        try FileManager.default.createDirectory(at: assets, withIntermediateDirectories: true)
        try write("chart", to: "assets/\(ThirdPartyAssets.chart)")
        try write("secret", to: "assets/other.js")
        let files = try load(assets: assets)
        let chart = try #require(files.file(forPath: "/dashboard/vendor/\(ThirdPartyAssets.chart)"))
        #expect(chart.bytes == Array("chart".utf8))
        #expect(chart.cacheControl == "public, max-age=31536000, immutable")
        #expect(files.missingAssets.isEmpty)
        #expect(files.paths == ["/", "/dashboard/vendor/\(ThirdPartyAssets.chart)"])
    }

    @Test("Links, hidden files and subfolders are left out")
    func onlyPlainFiles() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("secret", to: ".hidden.js")
        let link = folder.appending(path: "link.js").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/hostname")
        try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
        try write("secret", to: "sub/a.js")
        #expect(try load().paths == ["/"])
    }

    @Test("A folder without a page, or with a file of unknown type, stops the start")
    func broken() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("x", to: "notes.docx")
        #expect(throws: DashboardError.typeUnknown("notes.docx")) { try load() }
        let nowhere = folder.appending(path: "nowhere")
        #expect(throws: DashboardError.self) { try DashboardFiles(webDirectory: nowhere, assetsDirectory: nil) }
    }
}
