/// The families of passwords that are tried first: well-known words, keyboard walks, repetitions and sequences, each with
/// the usual digits, signs and letter swaps.
///
/// A list of known passwords names each of them singly and misses the next year's, so the families stand beside the list
/// of those that leaks show.
enum CommonPasswords {
    /// Whether the password, in lower case, is one of them.
    static func contain(_ password: String) -> Bool {
        let scalars = Array(password.unicodeScalars)
        if isRepetitive(scalars) || isStep(scalars) { return true }
        let trimmed = core(password)
        return Set([password, plain(password), trimmed, plain(trimmed), core(plain(password))]).contains { form in
            listed.contains(form) || isWalk(form) || isWords(form)
        }
    }

    /// Whether nothing is left of the password, in lower case, but the word, digits and signs.
    static func isVariation(_ password: String, of word: some StringProtocol) -> Bool {
        [password, plain(password)].contains { core($0) == word || $0.filter(\.isLetter) == word }
    }

    /// Four different characters or fewer, or one short piece again and again: `111222333444`, `abcdeabcdeabcde`.
    private static func isRepetitive(_ scalars: [Unicode.Scalar]) -> Bool {
        if Set(scalars).count <= 4 { return true }
        return (1...max(1, scalars.count / 2)).contains { period in
            period <= 6 && scalars.indices.allSatisfy { scalars[$0] == scalars[$0 % period] }
        }
    }

    /// Every character follows the one before it: `1234567890`, `zyxwvutsrq`; nine is followed by zero.
    private static func isStep(_ scalars: [Unicode.Scalar]) -> Bool {
        let steps = zip(scalars, scalars.dropFirst()).map { Int($1.value) - Int($0.value) }
        return [1, -1].contains { direction in
            steps.allSatisfy { $0 == direction || $0 == -9 * direction }
        }
    }

    /// Rows and columns of the keyboard, there and back.
    private static let walks: [String] = {
        let lines = [
            "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "yxcvbnm",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
            "q1w2e3r4t5y6u7i8o9p0", "a1s2d3f4g5h6j7k8l9", "zaq1xsw2cde3vfr4bgt5nhy6mju7ki8lo9p0",
            "abcdefghijklmnopqrstuvwxyz", "!@#$%^&*()", "a1b2c3d4e5f6g7h8i9", "1a2b3c4d5e6f7g8h9i", "789456123",
            "147258369",
        ]
        return lines + lines.map { String($0.reversed()) }
    }()

    /// Pieces of walks, three characters or more each, and nothing else: `qwerty123456`, `1q2w3e4r5t`.
    private static func isWalk(_ text: String) -> Bool {
        guard text.unicodeScalars.count >= 4 else { return false }
        return isMadeOf(text, atMost: 4) { rest in
            var longest = 0
            for length in stride(from: min(rest.count, 36), through: 3, by: -1) {
                let piece = String(rest.prefix(length))
                if walks.contains(where: { $0.contains(piece) }) {
                    longest = length
                    break
                }
            }
            return longest
        }
    }

    /// One or two of the well-known words and nothing else: `password`, `iloveyou`, `superdragon`.
    private static func isWords(_ text: String) -> Bool {
        let letters = text.filter(\.isLetter)
        guard !letters.isEmpty else { return false }
        if words.contains(letters) { return true }
        return letters.indices.dropFirst().contains { middle in
            words.contains(String(letters[..<middle])) && words.contains(String(letters[middle...]))
        }
    }

    private static func isMadeOf(_ text: String, atMost limit: Int, longestPiece: (Substring) -> Int) -> Bool {
        var rest = text[...]
        for _ in 0..<limit where !rest.isEmpty {
            let length = longestPiece(rest)
            guard length > 0 else { return false }
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty
    }

    /// Without the digits and signs that people put around a word.
    private static func core(_ text: String) -> String {
        let isTrimming: (Character) -> Bool = { !$0.isLetter }
        let head = text.drop(while: isTrimming)
        return String(head.reversed().drop(while: isTrimming).reversed())
    }

    /// With the usual swaps undone: `p@ssw0rd` is `password`.
    private static func plain(_ text: String) -> String {
        let swaps: [Character: Character] = [
            "@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t",
        ]
        return String(text.map { swaps[$0] ?? $0 })
    }

    private static let words = Set(
        """
        a abc about access account action admin administrator adobe airborne alexander alexandra alexis alphabet always amanda \
        america american amsterdam and andrea andrew angel angela angels animal anthony apache apple april arsenal arthur ashley \
        asshole asterix august austin baby babygirl bailey banana barcelona barney baseball basketball batman beach bear beautiful \
        beaver benjamin bigdaddy bigdick billy binance birthday bitch bitcoin black blackjack blahblah blink blizzard blowjob blue \
        boobs boston brandon brandy brasil brazil brooklyn brother bubbles buddy bulldog bullshit business butter buttercup butterfly \
        california camaro canada candy captain caroline carolina casino cassie catherine champion change changeme charles charlie \
        cheese chelsea cherry chester chevrolet chicago chicken chocolate chris christian christina christine christmas christopher \
        cocacola coffee college colorado compaq computer confirmed consumer cookie cool corvette courtney cowboy cowboys creative \
        crypto crystal dallas daniel daniela danielle dark darkness december default demo dennis diamond dick dirty doctor dolphin \
        dolphins donald dragon dragonball dragons dreams eagle eagles earthlink eclipse edward einstein elephant elizabeth eminem \
        emperor enter entrance ethereum everton evolution exchange explorer faith family fantasy ferrari firebird fireman first \
        fish fishing florida flower flowers football for ford forever france frank franklin freddy free freedom friend friends fuck \
        fucker fucking fuckme fuckoff fuckyou galaxy gateway george germany giants girl girls god godzilla golden goldfish golf \
        good google gordon great green guest guitar hacker hannah happy hardcore harley harry hawaii heather heaven hello hellokitty \
        helpme hentai hockey holiday home honda hooters horny hotdog house hunter hunting i icecream iceman iloveu iloveyou in \
        indian infinity inside internet ireland is island jackson jackass jaguar james january jasmine jason jasper jennifer jeremy \
        jessica jesus johnny johnson jonathan jordan joseph joshua july june junior justin katherine kevin killer king kingdom kitten \
        knight lakers lauren leather legend letmein liberty lifehack liverpool login london love lovelove lovely lover lucky \
        macintosh madison madrid magic mailbox manager manchester marina marine mario marlboro marshall martin marvin master \
        matrix matthew maverick maxwell me member mercedes merlin metallica mexico michael michelle mickey midnight miller \
        minecraft minnie mitchell money monica monitor monkey monster montana moon morgan mother motorola mountain murphy music \
        mustang my myspace naruto nascar natalie natasha national new newyork nicholas nicole night nintendo nipple nothing november \
        number october office oliver one online open oracle orange orlando packers panther parker pass passcode passphrase passw passwd \
        passwort password passwords patrick peaches peanut penguin penis pepper phoenix picard picture pikachu playboy player please \
        pokemon poker police porn porsche power precious president princess private professional profile public pumpkin pussy qwer qwert qwerty \
        rabbit racing raiders rainbow ranger rangers rebecca redskins redsox remember richard robert rockstar rocky ronaldo root \
        runescape russia sabrina samantha samsung samuel santiago saturn scarface school scooter scorpion scotland secret security \
        senha september server service sexy shadow shannon shit simple skater skywalker slayer slipknot smokey snickers snoopy \
        snowball soccer software something spanky sparky spider spiderman spitfire squirrel star starcraft stargate startrek starwars station \
        steelers stella stephanie stephen steven student stupid summer sunday sunflower sunshine super superman superstar supervisor support \
        suzuki sweet swimming swordfish sydney system taylor teacher temp temporary tennis teresa test tester testing texas the theman \
        thomas thunder tiffany tiger tigers tigger time tinkerbell titanic to tomorrow toyota trade trader trading tradepulse travel trinity trouble \
        trust trustno turtle twitter undertaker united unknown user username valentina vampire vanessa veronica victor victoria viking vincent violet virginia \
        voyager wallet warcraft warrior warriors watermelon weed welcome welcometo westside whatever white wilson windows winner winston winter \
        wizard wolf women wonderful world worship wrestling yamaha yankees yellow you your yourself zaq zxcvbnm
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )
}
