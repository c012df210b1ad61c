import ArgumentParser
import Settings

/// Every setting as a flag: `--port 3001`.
struct SettingFlags: ParsableArguments {
    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "Any setting as a flag, such as --port 3001 or --market-source simulated; `tradepulse config` lists them.",
            valueName: "setting"
        )
    )
    var flags: [String] = []
}
