#include <cstring>

#include "Document.h"

namespace {

// Of venues' frames none is deeper.
constexpr size_t deepest = 16;

// Every one of them exact, as is every whole number of so many digits: the quotient of two is what any reader makes of
// the decimal text.
constexpr double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr ptrdiff_t most_decimal_digits = 15;
constexpr ptrdiff_t most_digits = 18;

inline bool is_blank(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

// From where a token begins to the next one, without the blanks between.
struct Token {
    const uint8_t *start;
    const uint8_t *end;

    bool is(const char *word) const {
        const size_t length = std::strlen(word);
        return static_cast<size_t>(end - start) == length && std::memcmp(start, word, length) == 0;
    }
};

inline Token take(const uint8_t *text, const uint32_t *&place) {
    const uint8_t *start = text + *place++;
    const uint8_t *end = text + *place;
    while (is_blank(end[-1])) end--;
    return {start, end};
}

inline bool read_string(Token token, sj_value &value) {
    value = {token.start + 1, static_cast<uint64_t>(token.end - token.start - 2), SJ_STRING, 0};
    return token.end[-1] == '"' && token.end - token.start > 1;
}

inline bool read_word(Token token, sj_value &value) {
    const bool is_true = token.is("true");
    const bool is_null = token.is("null");
    value = {nullptr, is_true, is_null ? SJ_NULL : SJ_BOOL, 0};
    return is_true || is_null || token.is("false");
}

// Reads to the first byte that is no digit, which it returns.
inline const uint8_t *read_digits(const uint8_t *byte, const uint8_t *end, uint64_t &number) {
    for (; byte < end && static_cast<uint8_t>(*byte - '0') <= 9; byte++) number = number * 10 + (*byte - '0');
    return byte;
}

inline bool read_number(Token token, sj_value &value) {
    const bool is_negative = *token.start == '-';
    const uint8_t *first = token.start + is_negative;
    if (token.end - first > most_digits) return false;
    uint64_t number = 0;
    const uint8_t *point = read_digits(first, token.end, number);
    if (point == first || (*first == '0' && point - first > 1)) return false;
    if (point == token.end) {
        value = {nullptr, is_negative ? 0 - number : number, SJ_INTEGER, 0};
        return true;
    }
    const uint8_t *end = *point == '.' ? read_digits(point + 1, token.end, number) : point;
    const ptrdiff_t fraction = end - point - 1;
    if (end != token.end || fraction < 1 || end - first - 1 > most_decimal_digits) return false;
    const double quotient = static_cast<double>(number) / powers[fraction];
    const double result = is_negative ? -quotient : quotient;
    value = {nullptr, 0, SJ_DOUBLE, 0};
    std::memcpy(&value.bits, &result, sizeof(value.bits));
    return true;
}

}  // namespace

// All of its state is in local variables, which the compiler keeps in registers: the text is of bytes, and writing
// through a pointer could change any other memory for all it knows.
bool fill(Document &document, const uint8_t *text, const uint32_t *place, size_t count, size_t maximum_depth) {
    struct Outer {
        sj_value *value;
        uint32_t count;
    };
    const uint32_t *const last = place + count;
    const size_t most = maximum_depth < deepest ? maximum_depth : deepest;
    Outer outer[deepest];
    size_t depth = 0;
    sj_value *value = document.root();
    // The innermost array or object that is open, how many elements it has, and the sign that ends it.
    sj_value *inner = nullptr;
    uint32_t elements = 0;
    uint8_t closing = 0;

    while (true) {
        if (closing == '}') {
            if (text[*place] != '"' || !read_string(take(text, place), *value++) || text[*place++] != ':') return false;
        }
        const uint8_t sign = text[*place];
        if (sign == '{' || sign == '[') {
            if (depth == most) return false;
            outer[depth++] = {inner, elements};
            inner = value++;
            *inner = {nullptr, 0, sign == '{' ? SJ_OBJECT : SJ_ARRAY, 0};
            elements = 0;
            closing = sign + 2;
            place++;
            if (text[*place] != closing) continue;
        } else {
            if (place == last) return false;
            const Token token = take(text, place);
            const bool is_read = sign == '"' ? read_string(token, *value)
                : sign >= 'a' ? read_word(token, *value) : read_number(token, *value);
            if (!is_read) return false;
            value++;
            elements++;
        }
        // Behind a value: all that it is the last of ends with it.
        while (depth > 0 && text[*place] == closing) {
            place++;
            inner->bits = value - inner - 1;
            inner->count = elements;
            depth--;
            inner = outer[depth].value;
            elements = outer[depth].count + 1;
            closing = depth == 0 ? 0 : inner->type == SJ_OBJECT ? '}' : ']';
        }
        if (depth == 0) return place == last;
        if (text[*place++] != ',') return false;
    }
}
