#include "harness/probe/performer.h"

#include <optional>

#include "harness/probe/guarded_call.h"
#include "harness/probe/handle.h"
#include "harness/probe/start_attribute.h"

namespace procreg::harness::probe {

namespace {

// What Wine raises in place of a function that it only names.
constexpr DWORD wine_stub = 0x80000100;

// Under load Wine now and then loses a process between its making and its first instruction, and says ERROR_INTERNAL_ERROR. That is
// no answer to the call: it is made again.
constexpr int births_max = 5;

std::uint32_t get_last_error() { return ::GetLastError(); }
void set_last_error(std::uint32_t error) { ::SetLastError(error); }

Reply cannot(std::u16string why) { return {.said = Said::cannot, .texts = {std::move(why)}}; }

// The text that a call wrote: `tables` are those of this process.
void add_text(const Step& step, const Tables& tables, Reply& reply) {
  const auto outs = info(step).outs;
  for (std::size_t i = 0; i < outs.size(); ++i)
    if (outs[i].kind == OutKind::text && (reply.answer.written >> i & 1) != 0)
      reply.texts.push_back(tables.at(TextRef{static_cast<std::uint32_t>(reply.answer.out[outs[i].word])}));
}

// A fresh object of the type, with all rights; not inheritable.
Handle new_object(ObjectType type) {
  switch (type) {
    case ObjectType::Thread:
      return Handle{::OpenThread(THREAD_ALL_ACCESS, FALSE, ::GetCurrentThreadId())};
    case ObjectType::Event:
      return Handle{::CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    case ObjectType::File:
      return Handle{::CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                  OPEN_EXISTING, 0, nullptr)};
    case ObjectType::Token:
      break;
    case ObjectType::Process:
      return {};
  }
  HANDLE token = nullptr;
  ::OpenProcessToken(::GetCurrentProcess(), TOKEN_ALL_ACCESS, &token);
  return Handle{token};
}

void made_process(const PROCESS_INFORMATION& made, Answer& answer) {
  answer.written = (1U << CreateProcess::outs.size()) - 1;
  answer.out[0] = number_of(made.hProcess);
  answer.out[1] = number_of(made.hThread);
  answer.out[2] = made.dwProcessId;
  answer.out[3] = made.dwThreadId;
}

}  // namespace

template <class T>
Reply Performer::call(const T& step) {
  auto* const function = reinterpret_cast<c_signature<T>*>(reinterpret_cast<void*>(functions_.of(Step{step}.index())));
  if (function == nullptr) return {.said = Said::missing};
  Reply reply;
  CCaller caller{tables_, get_last_error, set_last_error, last_error_};
  auto make = [&] { reply.answer = call_c(function, step, caller); };
  const DWORD raised = guarded(make);
  last_error_ = caller.last_error;
  if (raised == wine_stub) return {.said = Said::missing};
  if (raised != 0) reply.answer.result = {ResultKind::exception, raised};
  add_text(step, tables_, reply);
  return reply;
}

Reply Performer::call(const CreateProcess& step, const std::u16string& command_line) {
  SECURITY_ATTRIBUTES security{sizeof security, nullptr, step.inheritableResult.set};
  std::optional<StartAttribute> parent;
  if (step.parentHandle.value)
    parent.emplace(PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, c_pointer(number(step.parentHandle.value->raw)));
  if (parent && parent->list() == nullptr) return cannot(u"this system gives no child another parent");
  PROCESS_INFORMATION made{};
  Reply reply;
  BOOL started = FALSE;
  for (int attempt = 0; attempt < births_max; ++attempt) {
    ::SetLastError(last_error_);
    started = start_process({command_line.begin(), command_line.end()}, &security, step.inheritHandles.set,
                            parent ? &*parent : nullptr, made);
    if (started != 0 || ::GetLastError() != ERROR_INTERNAL_ERROR) break;
  }
  reply.answer.result = started != 0 ? TRUE_ : FALSE_;
  reply.answer.lastError = last_error_ = ::GetLastError();
  if (reply.answer.result == TRUE_) made_process(made, reply.answer);
  return reply;
}

// Made with all rights and then duplicated, so that the mask is the one given whatever the type.
Reply Performer::call(const NewObject& step) {
  Handle object = new_object(step.type);
  HANDLE made = nullptr;
  const DWORD options = step.mask.value ? 0 : DUPLICATE_SAME_ACCESS;
  const auto mask = static_cast<DWORD>(step.mask.value.value_or(AccessMask{}));
  if (!object || ::DuplicateHandle(::GetCurrentProcess(), object.get(), ::GetCurrentProcess(), &made, mask,
                                   step.inheritable.set, options) == 0)
    return cannot(u"this system makes no such object, or not with this mask");
  Reply reply;
  reply.answer.result = HandleValue{number_of(made)};
  reply.answer.made = number_of(made);
  reply.answer.lastError = last_error_;
  return reply;
}

Reply Performer::perform(Command& command) {
  put_texts(command.step, tables_, command.texts);
  return std::visit(
      [&]<class T>(const T& step) -> Reply {
        if constexpr (CFunction<T>) {
          return call(step);
        } else if constexpr (std::is_same_v<T, CreateProcess>) {
          return call(step, command.texts.at(0));
        } else if constexpr (std::is_same_v<T, NewObject>) {
          return call(step);
        } else {
          return cannot(u"a process makes no such step");
        }
      },
      command.step);
}

}  // namespace procreg::harness::probe
