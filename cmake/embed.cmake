# Turns text files into one C++ unit: `cmake -DOUT=… -DNAME=… -DFILES=a;b -P embed.cmake` writes
#   namespace billing { extern const EmbeddedFile NAME[]; extern const std::size_t NAME_count; }
# with each file's name and bytes. Byte lists, not string literals: no limit of length, no escaping.
set(body "#include \"platform/runtime/embedded.hpp\"\n\nnamespace billing {\n\n")
set(table "")
set(count 0)
foreach(file IN LISTS FILES)
  get_filename_component(base ${file} NAME)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND body "static const char ${NAME}_${count}[] = {${bytes}'\\0'};\n")
  string(APPEND table "    {\"${base}\", {${NAME}_${count}, sizeof ${NAME}_${count} - 1}},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND body "\nextern const EmbeddedFile ${NAME}[] = {\n${table}};\nextern const std::size_t ${NAME}_count = ${count};\n\n}  // namespace billing\n")
file(WRITE ${OUT} "${body}")
