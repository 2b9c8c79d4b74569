#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <optional>

#include "platform/json/document.hpp"

namespace billing::json {

namespace bj = boost::json;

void Object::Node::reset(const bj::object* to) {
  object = to;
  asked.assign(to ? to->size() : 0, false);
  names.clear();
  reported = false;
}

const bj::value* Object::Node::find(std::string_view name) {
  names.append(name);
  names += '\0';
  if (!object) return nullptr;
  const auto it = object->find(bj::string_view{name.data(), name.size()});
  if (it == object->end()) return nullptr;
  asked[static_cast<std::size_t>(it - object->begin())] = true;
  return &it->value();
}

Object::Object(std::string_view body) : Object(Document::of(body)) {}

Object::Object(std::shared_ptr<Document> document) : document_(std::move(document)), node_(std::make_unique<Node>()) {
  if (!document_->root.is_object()) throw unacceptable("", "The body must be a JSON object.");
  node_->reset(&document_->root.get_object());
}

Object::Object(std::shared_ptr<Document> document, const void* object, std::string pointer)
    : document_(std::move(document)), node_(std::make_unique<Node>()) {
  node_->reset(static_cast<const bj::object*>(object));
  node_->pointer = std::move(pointer);
}

Object::Object(Object&&) noexcept = default;
Object::~Object() = default;

bool Object::has(std::string_view name) const { return node_->find(name) != nullptr; }

bool Object::is_null(std::string_view name) const {
  const auto* value = node_->find(name);
  return value && value->is_null();
}

bool Object::is_object(std::string_view name) const {
  const auto* value = node_->find(name);
  return value && value->is_object();
}

void Object::fail(std::string_view name, std::string detail) {
  if (!node_->object) return;
  document_->note(name.empty() ? node_->pointer : pointer_below(node_->pointer, name), std::move(detail));
}

namespace {

/// What is wrong with a text; empty when nothing is.
std::string fault_of_text(const bj::value& value, std::size_t max_characters) {
  if (value.is_null()) return "must be text, not null";
  const auto* text = value.if_string();
  if (!text) return "must be text";
  if (text->empty()) return "must not be empty";
  const auto characters = std::ranges::count_if(*text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (std::cmp_greater(characters, max_characters)) return "must be at most " + std::to_string(max_characters) + " characters long";
  if (text->find('\0') != bj::string::npos) return "must not contain NUL (\\u0000)";
  return {};
}

std::string too_large(std::int64_t max) { return "must be at most " + std::to_string(max); }
std::string too_small(std::int64_t min) { return "must be at least " + std::to_string(min); }

/// What is wrong with an integer; empty when nothing is.
std::string fault_of_integer(const bj::value& value, std::int64_t min, std::int64_t max) {
  constexpr double beyond_int64 = 9223372036854775808.0;
  if (value.is_null()) return "must be a whole number, not null";
  if (value.is_string()) return "must be a whole number, written without quotes";
  if (value.is_uint64()) return too_large(max);
  if (const auto* number = value.if_double()) {
    if (*number >= beyond_int64) return too_large(max);
    if (*number <= -beyond_int64) return too_small(min);
    return "must be a whole number, written without a fraction or an exponent";
  }
  const auto* number = value.if_int64();
  if (!number) return "must be a whole number";
  if (*number > max) return too_large(max);
  if (*number < min) return too_small(min);
  return {};
}

constexpr auto required = "is required";
constexpr std::size_t longest_name = 64;

}  // namespace

std::string_view Object::text_view(std::string_view name, std::size_t max_characters) {
  const auto* value = node_->find(name);
  auto fault = value ? fault_of_text(*value, max_characters) : required;
  if (fault.empty()) return value->get_string();
  fail(name, std::move(fault));
  return {};
}

std::string Object::text(std::string_view name, std::size_t max_characters) { return std::string{text_view(name, max_characters)}; }

std::optional<std::string> Object::optional_text(std::string_view name, std::size_t max_characters) {
  const auto* value = node_->find(name);
  if (!value) return std::nullopt;
  auto fault = fault_of_text(*value, max_characters);
  if (fault.empty()) return std::string{value->get_string().data(), value->get_string().size()};
  fail(name, std::move(fault));
  return std::nullopt;
}

std::optional<std::string> Object::nullable_text(std::string_view name, std::size_t max_characters) {
  return is_null(name) ? std::nullopt : optional_text(name, max_characters);
}

std::int64_t Object::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto* value = node_->find(name);
  auto fault = value ? fault_of_integer(*value, min, max) : required;
  if (fault.empty()) return value->get_int64();
  fail(name, std::move(fault));
  return 0;
}

std::optional<std::int64_t> Object::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto* value = node_->find(name);
  if (!value) return std::nullopt;
  auto fault = fault_of_integer(*value, min, max);
  if (fault.empty()) return value->get_int64();
  fail(name, std::move(fault));
  return std::nullopt;
}

std::optional<std::int64_t> Object::nullable_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  return is_null(name) ? std::nullopt : optional_integer(name, min, max);
}

std::optional<bool> Object::optional_boolean(std::string_view name) {
  const auto* value = node_->find(name);
  if (!value) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  fail(name, "must be true or false");
  return std::nullopt;
}

bool Object::holds(std::string_view name, std::size_t size, std::size_t min, std::size_t max) {
  if (size < min) return fail(name, "must have at least " + std::to_string(min) + (min == 1 ? " element" : " elements")), false;
  if (size > max) return fail(name, "must have at most " + std::to_string(max) + (max == 1 ? " element" : " elements")), false;
  return true;
}

/// One Object for all elements, unless `read` keeps it: ten thousand of them cost no allocation each.
struct Object::Reading {
  std::shared_ptr<Document> document;
  std::string base;  // their pointer, up to the number
  const ReadElement& read;
  std::optional<Object> element = {};

  void operator()(const bj::value& value, std::size_t i) {
    if (!element || !element->node_) element.emplace(Object(document, nullptr, {}));
    element->node_->reset(value.if_object());
    element->node_->pointer = base;
    element->node_->pointer += std::to_string(i);
    read(*element, i);
    if (element->node_) element->refuse_unknown();
  }
};

bool Object::array(std::string_view name, std::size_t min, std::size_t max, const ReadElement& read) {
  const auto* value = node_->find(name);
  if (!value) return fail(name, required), false;
  const auto* elements = value->if_array();
  if (!elements) return fail(name, "must be an array"), false;
  if (!holds(name, elements->size(), min, max)) return false;

  Reading reading{document_, pointer_below(node_->pointer, name) + "/", read};
  for (std::size_t i = 0; i < elements->size(); ++i) reading((*elements)[i], i);
  return true;
}

Object Object::with_elements(std::string_view body, std::string_view name, std::size_t min, std::size_t max, const ReadElement& read) {
  auto document = std::make_shared<Document>();
  Reading reading{document, pointer_below("", name) + "/", read};
  Elements elements{name, [&](const bj::value& value, std::size_t i) {
                      if (i < max) reading(value, i);
                    }};
  document->parse(body, &elements);
  Object root(document);
  if (!elements.count) {
    root.array(name, min, max, read);  // absent, or no array
  } else if (root.node_->find(name) && (*elements.count < min || *elements.count > max)) {
    document->errors.clear();  // it is not read at all, as far as anybody can see
    root.holds(name, *elements.count, min, max);
  }
  return root;
}

void Object::optional_object(std::string_view name, const std::function<void(Object&)>& read) {
  const auto* value = node_->find(name);
  if (!value) return;
  Object member(document_, value->if_object(), pointer_below(node_->pointer, name));
  read(member);
  member.refuse_unknown();
}

std::optional<std::vector<std::int64_t>> Object::optional_integers(std::string_view name, std::size_t least, std::size_t most,
                                                                   std::int64_t min) {
  const auto* value = node_->find(name);
  if (!value) return std::nullopt;
  const auto* elements = value->if_array();
  if (!elements || elements->size() < least || elements->size() > most) {
    fail(name, "must be an array of " + std::to_string(least) + " to " + std::to_string(most) + " whole numbers");
    return std::nullopt;
  }
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < elements->size(); ++i) {
    auto fault = fault_of_integer((*elements)[i], min, INT64_MAX);
    if (fault.empty()) {
      numbers.push_back((*elements)[i].get_int64());
    } else {
      document_->note(pointer_below(node_->pointer, name) + "/" + std::to_string(i), std::move(fault));
    }
  }
  return numbers;
}

std::optional<std::vector<std::string>> Object::optional_text_list(std::string_view name, std::size_t least, std::size_t most,
                                                                   std::size_t max_characters) {
  const auto* value = node_->find(name);
  if (!value) return std::nullopt;
  const auto* elements = value->if_array();
  if (!elements || elements->size() < least || elements->size() > most) {
    fail(name, "must be an array of " + std::to_string(least) + " to " + std::to_string(most) + " texts");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < elements->size(); ++i) {
    auto fault = fault_of_text((*elements)[i], max_characters);
    if (fault.empty()) {
      texts.emplace_back(std::string_view{(*elements)[i].get_string()});
    } else {
      document_->note(pointer_below(pointer_below(node_->pointer, name), std::to_string(i)), std::move(fault));
    }
  }
  return texts;
}

std::optional<std::map<std::string, std::string>> Object::optional_texts(std::string_view name, std::size_t most,
                                                                         std::size_t max_characters) {
  auto members = optional_nullable_texts(name, most, max_characters);
  if (!members) return std::nullopt;
  std::map<std::string, std::string> texts;
  for (auto& [key, text] : *members) {
    if (text) {
      texts.emplace(key, *std::move(text));
    } else {
      document_->note(pointer_below(pointer_below(node_->pointer, name), key), "must be text, not null");
    }
  }
  return texts;
}

std::optional<std::map<std::string, std::optional<std::string>>> Object::optional_nullable_texts(std::string_view name, std::size_t most,
                                                                                                 std::size_t max_characters) {
  const auto* value = node_->find(name);
  if (!value) return std::nullopt;
  const auto* members = value->if_object();
  if (!members || members->size() > most) {
    fail(name, "must be an object of at most " + std::to_string(most) + " texts");
    return std::nullopt;
  }
  std::map<std::string, std::optional<std::string>> texts;
  const auto base = pointer_below(node_->pointer, name);
  for (const auto& member : *members) {
    const std::string_view key{member.key().data(), member.key().size()};
    auto fault = member.value().is_null() ? std::string{} : fault_of_text(member.value(), max_characters);
    if (fault.empty()) fault = fault_of_text(boost::json::value(key), longest_name);
    if (!fault.empty()) {
      document_->errors.push_back({pointer_below(base, key), std::move(fault)});
    } else if (member.value().is_null()) {
      texts.emplace(key, std::nullopt);
    } else {
      texts.emplace(key, std::string_view{member.value().get_string()});
    }
  }
  return texts;
}

std::size_t Object::error_count() const { return document_->errors.size(); }

void Object::refuse_unknown() {
  auto& node = *node_;
  if (!node.object) {
    if (!std::exchange(node.reported, true)) document_->note(node.pointer, "must be an object");
    return;
  }
  for (std::size_t i = 0; i < node.asked.size() && !document_->full(); ++i) {
    if (node.asked[i]) continue;
    node.asked[i] = true;
    const auto key = (node.object->begin() + static_cast<std::ptrdiff_t>(i))->key();
    const std::string_view name{key.data(), key.size()};
    const auto meant = closest_name(node.names, name);
    auto detail = meant.empty() ? std::string{"unknown member"} : "unknown member; did you mean \"" + std::string{meant} + "\"?";
    document_->note(pointer_below(node.pointer, name), std::move(detail));
  }
}

void Object::finish() {
  constexpr auto most_listed = Document::most_listed;
  refuse_unknown();
  auto& errors = document_->errors;
  if (errors.empty()) return;
  auto detail = (errors[0].pointer.empty() ? "" : errors[0].pointer + ": ") + errors[0].detail;
  if (errors.size() > 1) {
    const auto count = errors.size() > most_listed ? "More than " + std::to_string(most_listed) : std::to_string(errors.size());
    detail = count + " things in the body are not acceptable; the first is " + detail;
    if (errors.size() > most_listed) detail += "; the first " + std::to_string(most_listed) + " are listed";
  }
  errors.resize(std::min(errors.size(), most_listed));
  throw Refusal(422, "unacceptable", std::move(detail), std::move(errors));
}

std::vector<Refusal::FieldError> Object::take_errors(std::size_t from) {
  auto& errors = document_->errors;
  const auto first = errors.begin() + static_cast<std::ptrdiff_t>(std::min(from, errors.size()));
  std::vector<Refusal::FieldError> taken(std::make_move_iterator(first), std::make_move_iterator(errors.end()));
  errors.erase(first, errors.end());
  return taken;
}

}  // namespace billing::json
