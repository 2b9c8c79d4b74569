#include "platform/redis/protocol.hpp"

#include <hiredis/hiredis.h>

#include <cstring>
#include <new>
#include <utility>

namespace billing::redis {
namespace {

// hiredis builds the tree from the top: an element's place in its parent exists already when it is made.
Reply* place_of(const redisReadTask* task) {
  if (!task->parent) return new Reply;
  return &static_cast<Reply*>(task->parent->obj)->elements[static_cast<std::size_t>(task->idx)];
}

void* make_text(const redisReadTask* task, char* text, std::size_t length) {
  auto* reply = place_of(task);
  reply->kind = task->type == REDIS_REPLY_ERROR ? Reply::Kind::error : Reply::Kind::text;
  reply->text.assign(text, length);
  return reply;
}

// hiredis 1 counts in size_t, the one before in int.
template <typename Count>
void* make_array(const redisReadTask* task, Count length) {
  auto* reply = place_of(task);
  reply->kind = Reply::Kind::array;
  reply->elements.resize(static_cast<std::size_t>(length));
  return reply;
}

void* make_integer(const redisReadTask* task, long long value) {
  auto* reply = place_of(task);
  reply->kind = Reply::Kind::integer;
  reply->integer = value;
  return reply;
}

void* make_nil(const redisReadTask* task) { return place_of(task); }

void free_reply(void* reply) { delete static_cast<Reply*>(reply); }

// By name: hiredis 1 has two more, for answers of RESP3, which we do not ask for.
redisReplyObjectFunctions reply_functions() {
  redisReplyObjectFunctions made{};
  made.createString = make_text;
  made.createArray = make_array;
  made.createInteger = make_integer;
  made.createNil = make_nil;
  made.freeObject = free_reply;
  return made;
}

redisReplyObjectFunctions functions = reply_functions();

}  // namespace

std::string encode(const std::vector<std::string>& words) {
  std::vector<const char*> values;
  std::vector<std::size_t> lengths;
  for (const auto& word : words) {
    values.push_back(word.data());
    lengths.push_back(word.size());
  }
  char* formatted = nullptr;
  const auto length = redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), values.data(), lengths.data());
  if (length < 0) throw std::bad_alloc{};
  const std::unique_ptr<char, decltype(&redisFreeCommand)> owned{formatted, &redisFreeCommand};
  return {formatted, static_cast<std::size_t>(length)};
}

Decoder::Decoder() : reader_(redisReaderCreateWithFunctions(&functions), &redisReaderFree) {
  if (!reader_) throw std::bad_alloc{};
}

void Decoder::feed(std::string_view bytes) {
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) throw std::runtime_error(reader_->errstr);
}

std::optional<Reply> Decoder::next() {
  void* made = nullptr;
  if (redisReaderGetReply(reader_.get(), &made) != REDIS_OK) throw std::runtime_error(reader_->errstr);
  if (!made) return std::nullopt;
  const std::unique_ptr<Reply> owned{static_cast<Reply*>(made)};
  return std::move(*owned);
}

}  // namespace billing::redis
