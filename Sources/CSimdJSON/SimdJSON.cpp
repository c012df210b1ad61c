#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include <simdjson.h>

#include "Document.h"

using simdjson::internal::tape_type;

struct sj_parser {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> simdjson;
    // Where simdjson's second pass writes.
    simdjson::dom::document tape;
    Document document;
    uint8_t *buffer = nullptr;
    size_t room = 0;
    size_t maximum_bytes;
    size_t maximum_depth;

    sj_parser(size_t bytes, size_t depth) : maximum_bytes(bytes), maximum_depth(depth) {}
    ~sj_parser() { std::free(buffer); }

    // simdjson reads up to SIMDJSON_PADDING bytes past the end, so a document lives in a buffer with that much more.
    // Its own buffers grow in the same steps: left alone they would be made anew for every slightly longer document.
    sj_error reserve(size_t count) {
        if (buffer && count <= room) return SJ_OK;
        size_t wanted = room < 4096 ? 4096 : room * 2;
        if (wanted < count) wanted = count;
        if (wanted > maximum_bytes) wanted = maximum_bytes;
        auto *grown = static_cast<uint8_t *>(std::realloc(buffer, wanted + simdjson::SIMDJSON_PADDING));
        if (!grown) return SJ_OUT_OF_MEMORY;
        buffer = grown;
        room = 0;
        std::memset(grown, 0, wanted + simdjson::SIMDJSON_PADDING);
        size_t capacity = wanted < simdjson::dom::MINIMAL_DOCUMENT_CAPACITY
            ? simdjson::dom::MINIMAL_DOCUMENT_CAPACITY : wanted;
        const bool is_made = simdjson
            ? !simdjson->allocate(capacity, maximum_depth)
            : !simdjson::get_active_implementation()->create_dom_parser_implementation(
                capacity, maximum_depth, simdjson);
        if (!is_made || tape.allocate(capacity)) return SJ_OUT_OF_MEMORY;
        room = wanted;
        return SJ_OK;
    }

    sj_error take(const void *bytes, size_t count) {
        if (count > maximum_bytes) return SJ_TOO_LARGE;
        if (count == 0) return SJ_MALFORMED;
        if (auto error = reserve(count)) return error;
        std::memcpy(buffer, bytes, count);
        buffer[count] = 0;
        return SJ_OK;
    }
};

struct sj_keys {
    struct name {
        char *bytes;
        size_t length;
    };
    size_t count = 0;
    // Most venue fields have one letter: a table answers those without a comparison. 0xFF is "not wanted".
    uint8_t single[256];
    name names[SJ_MAXIMUM_KEYS];
    size_t long_count = 0;
    // The slots of names with more letters than one, which are compared.
    uint8_t longs[SJ_MAXIMUM_KEYS];

    sj_keys() { std::memset(single, 0xFF, sizeof(single)); }
    ~sj_keys() {
        for (size_t index = 0; index < count; index++) std::free(names[index].bytes);
    }

    int slot(std::string_view key) const {
        if (key.size() == 1) {
            uint8_t found = single[static_cast<uint8_t>(key[0])];
            return found == 0xFF ? -1 : found;
        }
        for (size_t place = 0; place < long_count; place++) {
            const name &wanted = names[longs[place]];
            if (wanted.length == key.size() && std::memcmp(wanted.bytes, key.data(), key.size()) == 0) {
                return longs[place];
            }
        }
        return -1;
    }
};

namespace {

sj_error code(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS: return SJ_OK;
    case simdjson::CAPACITY: return SJ_TOO_LARGE;
    case simdjson::DEPTH_ERROR: return SJ_TOO_DEEP;
    case simdjson::MEMALLOC: return SJ_OUT_OF_MEMORY;
    default: return SJ_MALFORMED;
    }
}

// The text of a string or of a name; a length of four bytes stands before it.
inline void add_string(Document &document, const uint8_t *bytes) {
    uint32_t length;
    std::memcpy(&length, bytes, sizeof(length));
    document.add(SJ_STRING, length, bytes + sizeof(length));
}

// simdjson's tape is described in its doc/tape.md: words with a type in the first byte, and a position or an offset in
// the other seven.
void copy(Document &document, const simdjson::dom::document &tape) {
    const uint64_t *word = tape.tape.get() + 1;
    do {
        const auto payload = *word & simdjson::internal::JSON_VALUE_MASK;
        switch (static_cast<tape_type>(*word >> 56)) {
        case tape_type::STRING: add_string(document, tape.string_buf.get() + payload); break;
        case tape_type::INT64: document.add(SJ_INTEGER, *++word); break;
        case tape_type::UINT64: document.add(SJ_UNSIGNED, *++word); break;
        case tape_type::DOUBLE: document.add(SJ_DOUBLE, *++word); break;
        case tape_type::TRUE_VALUE: document.add(SJ_BOOL, 1); break;
        case tape_type::FALSE_VALUE: document.add(SJ_BOOL, 0); break;
        case tape_type::START_ARRAY:
        case tape_type::START_OBJECT:
            document.open(static_cast<tape_type>(*word >> 56) == tape_type::START_ARRAY ? SJ_ARRAY : SJ_OBJECT);
            document.innermost().count = (payload >> 32) & simdjson::internal::JSON_COUNT_MASK;
            break;
        case tape_type::END_ARRAY:
        case tape_type::END_OBJECT: document.close(); break;
        default: document.add(SJ_NULL);
        }
        word++;
    } while (document.is_open());
}

sj_error finish_by_simdjson(sj_parser *parser, const sj_value **root) {
    auto error = parser->simdjson->stage2(parser->tape);
    if (error) return code(error);
    if (root) {
        parser->document.clear(0);
        copy(parser->document, parser->tape);
        *root = parser->document.root();
    }
    return SJ_OK;
}

// Finds where the tokens are, and makes room for a value at each.
sj_error find_tokens(sj_parser *parser, const void *bytes, size_t count) {
    if (auto error = parser->take(bytes, count)) return error;
    if (auto error = parser->simdjson->stage1(parser->buffer, count, simdjson::stage1_mode::regular)) return code(error);
    return parser->document.clear(parser->simdjson->n_structural_indexes) ? SJ_OK : SJ_OUT_OF_MEMORY;
}

}  // namespace

sj_parser *sj_parser_create(size_t maximum_bytes, size_t maximum_depth) {
    // simdjson itself addresses at most 4 GiB.
    if (maximum_bytes > simdjson::SIMDJSON_MAXSIZE_BYTES || maximum_depth == 0) return nullptr;
    return new (std::nothrow) sj_parser(maximum_bytes, maximum_depth);
}

void sj_parser_destroy(sj_parser *parser) { delete parser; }

sj_error sj_parse(sj_parser *parser, const void *bytes, size_t count, const sj_value **root) {
    *root = nullptr;
    if (auto error = find_tokens(parser, bytes, count)) return error;
    const auto &found = *parser->simdjson;
    const bool is_filled = !std::memchr(parser->buffer, '\\', count)
        && fill(parser->document, parser->buffer, found.structural_indexes.get(), found.n_structural_indexes,
                parser->maximum_depth);
    if (!is_filled) return finish_by_simdjson(parser, root);
    *root = parser->document.root();
    return SJ_OK;
}

sj_error sj_parse_by_simdjson(sj_parser *parser, const void *bytes, size_t count, const sj_value **root) {
    if (root) *root = nullptr;
    if (auto error = find_tokens(parser, bytes, count)) return error;
    return finish_by_simdjson(parser, root);
}

sj_keys *sj_keys_create(const char *const *names, size_t count) {
    if (count > SJ_MAXIMUM_KEYS) return nullptr;
    auto *keys = new (std::nothrow) sj_keys();
    if (!keys) return nullptr;
    for (size_t index = 0; index < count; index++) {
        size_t length = std::strlen(names[index]);
        auto *copy = static_cast<char *>(std::malloc(length + 1));
        if (!copy) {
            delete keys;
            return nullptr;
        }
        std::memcpy(copy, names[index], length + 1);
        keys->names[index] = {copy, length};
        keys->count = index + 1;
        if (length == 1) {
            keys->single[static_cast<uint8_t>(copy[0])] = static_cast<uint8_t>(index);
        } else {
            keys->longs[keys->long_count++] = static_cast<uint8_t>(index);
        }
    }
    return keys;
}

void sj_keys_destroy(sj_keys *keys) { delete keys; }

void sj_fields(const sj_value *object, const sj_keys *keys, const sj_value **slots) {
    for (size_t index = 0; index < keys->count; index++) slots[index] = nullptr;
    if (!object || object->type != SJ_OBJECT) return;
    const sj_value *const end = object + 1 + object->bits;
    for (const sj_value *name = object + 1; name < end;) {
        const int slot = keys->slot({reinterpret_cast<const char *>(name->text), name->bits});
        const sj_value *const field = name + 1;
        if (slot >= 0 && !slots[slot]) slots[slot] = field;
        name = field + 1 + (field->type >= SJ_ARRAY ? field->bits : 0);
    }
}
