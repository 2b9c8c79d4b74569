#include "platform/pdf/catalog.hpp"

#include <charconv>
#include <cstdio>
#include <map>
#include <stdexcept>

#include "platform/pdf/presentable.hpp"
#include "platform/runtime/digest.hpp"

namespace billing::pdf {
namespace {

[[noreturn]] void unexpected(const char* what) { throw std::runtime_error(std::string{"the PDF that Cairo wrote has no "} + what); }

std::size_t number_after(std::string_view text, std::string_view name, std::size_t from = 0) {
  auto at = text.find(name, from);
  if (at == std::string_view::npos) unexpected(std::string{name}.c_str());
  at += name.size();
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
  std::size_t number = 0;
  if (std::from_chars(text.data() + at, text.data() + text.size(), number).ec != std::errc{}) unexpected(std::string{name}.c_str());
  return number;
}

/// Where an object begins, from a table that is one section: "xref\n0 N\n", then 20 bytes each.
std::size_t offset_of(std::string_view pdf, std::size_t table, std::size_t object) {
  const auto first = pdf.find('\n', pdf.find('\n', table) + 1) + 1;
  const auto at = first + 20 * object;
  if (!pdf.substr(table).starts_with("xref\n0 ") || at + 20 > pdf.size()) unexpected("table of objects");
  return number_after(pdf.substr(at, 20), "");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string xmp(const Info& info) {
  const auto said = [](const std::string& text) { return escaped(presentable(text, 500, false)); };
  return R"(<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">)" +
         said(info.title) + "</rdf:li></rdf:Alt></dc:title>\n<dc:creator><rdf:Seq><rdf:li>" + said(info.author) +
         "</rdf:li></rdf:Seq></dc:creator>\n<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" + said(info.subject) +
         "</rdf:li></rdf:Alt></dc:description>\n<dc:language><rdf:Bag><rdf:li>" + said(info.language) +
         "</rdf:li></rdf:Bag></dc:language>\n<xmp:CreateDate>" + to_text(std::chrono::floor<std::chrono::seconds>(info.created)) +
         "</xmp:CreateDate>\n</rdf:Description>\n</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>";
}

std::string table_row(std::size_t offset) {
  char row[21];
  std::snprintf(row, sizeof row, "%010zu 00000 n \n", offset);
  return row;
}

}  // namespace

std::string with_catalog(std::string pdf, const Info& info) {
  const auto trailer = pdf.rfind("trailer");
  if (trailer == std::string::npos) unexpected("trailer");
  const auto end = std::string_view{pdf}.substr(trailer);
  const auto size = number_after(end, "/Size");
  const auto root = number_after(end, "/Root");
  const auto about = number_after(end, "/Info");
  const auto table = number_after(end, "startxref");

  const auto object = [&](std::size_t number) {
    const auto begins = offset_of(pdf, table, number);
    return pdf.substr(begins, pdf.find("endobj", begins) - begins);
  };
  auto catalog = object(root);
  // Cairo 1.16 forgets what a date begins with.
  auto told_about = object(about);
  constexpr std::string_view bare = "/CreationDate (2";
  if (const auto at = told_about.find(bare); at != std::string::npos) told_about.insert(at + bare.size() - 1, "D:");
  const auto closes = catalog.rfind(">>");
  if (closes == std::string::npos) unexpected("catalog");
  const auto language = presentable(info.language, 16, false);
  if (language.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != std::string::npos) {
    throw std::invalid_argument("no language: " + language);
  }
  catalog.resize(closes);
  catalog += "   /Lang (" + language + ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n   /Metadata " + std::to_string(size) +
             " 0 R\n>>\nendobj\n";

  const auto digest = sha256_hex(pdf).substr(0, 32);
  if (!pdf.ends_with('\n')) pdf += '\n';
  const auto new_root = pdf.size();
  pdf += catalog;
  const auto new_about = pdf.size();
  pdf += told_about + "endobj\n";
  const auto metadata = pdf.size();
  const auto told = xmp(info);
  pdf += std::to_string(size) + " 0 obj\n<< /Type /Metadata /Subtype /XML /Length " + std::to_string(told.size()) + " >>\nstream\n" + told +
         "\nendstream\nendobj\n";
  const auto new_table = pdf.size();
  pdf += "xref\n";
  const std::map<std::size_t, std::size_t> objects{{root, new_root}, {about, new_about}, {size, metadata}};
  for (const auto& [number, offset] : objects) pdf += std::to_string(number) + " 1\n" + table_row(offset);
  pdf += "trailer\n<< /Size " + std::to_string(size + 1) + "\n   /Root " + std::to_string(root) + " 0 R\n   /Info " +
         std::to_string(about) + " 0 R\n   /Prev " + std::to_string(table) + "\n   /ID [<" + digest + "> <" + digest +
         ">]\n>>\nstartxref\n" + std::to_string(new_table) + "\n%%EOF\n";
  return pdf;
}

}  // namespace billing::pdf
