#pragma once

#include <map>
#include <string>
#include <string_view>

namespace billing::emails {

/// What is known, by name. What is not known is not in it.
using Values = std::map<std::string, std::string, std::less<>>;

/// A mail in words, not yet a message.
struct Rendered {
  std::string subject;
  std::string text;
  std::string html;
};

/// A template of a mail: its first line is the subject, its paragraphs are parted by empty lines. `{{name}}` is a value; `{{?name}}` and `{{!name}}` say nothing, and ask
/// that there is one, or none. A paragraph that wants what is not known is left out; of rows (`| label | value`) only the row. `# …` is the headline, `> words | link` a button.
/// `layout` holds the HTML's {{body}}. Values are text: nothing in them is markup.
Rendered render(std::string_view text, std::string_view layout, const Values& values);

/// The template of a kind in a language, by its tag ("de-AT"), or in English; and the layout. They are files of templates/.
std::string_view template_of(std::string_view kind, std::string_view language);
std::string_view layout();
/// The language that there are templates in, for one that was wished: "de" or "en".
std::string_view language_of(std::string_view wished);

}  // namespace billing::emails
