// What there is to know: explain, list, dump.
#include <memory>

#include "harness/cli/dump.h"
#include "harness/cli/lookup.h"
#include "harness/cli/program.h"

namespace procreg::cli {
namespace {

void add_explain(Program& program) {
  const auto request = std::make_shared<ExplainRequest>();
  CLI::App& app =
      program.command({.name = "explain",
                       .does = "What a clause or a choice says, and what it rests on",
                       .examples = "  procreg explain WER-AP-11\n  procreg explain app-instance-same-guid-again\n"},
                      [request](Session& session) { return explain(*request, session); });
  app.add_option("word", request->word, "A clause's id or a choice's name")->type_name("CLAUSE or CHOICE")->required();
  app.add_option("--scenarios", request->scenarios, "Folder with conformance/ and regressions/")->type_name("DIR");
  app.add_flag("--json", request->json, "Prints JSON");
}

void add_list(Program& program) {
  const auto request = std::make_shared<ListRequest>();
  CLI::App& app = program.command(
      {.name = "list",
       .does = "What there is: calls, clauses, choices, scenarios, results, outcomes of two opens, properties and more",
       .examples =
           "  procreg list clauses\n"
           "  procreg list results            what each function answers, and the scenario that shows it\n"
           "  procreg list outcomes           how two opens of one file end, in few rows; combinations: one by one;\n"
           "                                  dimensions: what the combinations differ in\n"
           "  procreg list schema > scenario.schema.json\n"},
      [request](Session& session) { return list(*request, session); });
  app.add_option("what", request->what,
                 "calls, events, clauses, choices, profiles, scenarios, results, outcomes, combinations, dimensions,\n"
                 "subjects, properties or schema")
      ->type_name("WHAT")
      ->required();
  app.add_option("--scenarios", request->scenarios, "Folder with conformance/ and regressions/")->type_name("DIR");
  app.add_flag("--json", request->json, "Prints JSON");
}

// The request of `dump`, and the words that say which bytes.
struct GivenDump {
  DumpRequest request{};
  std::vector<std::string> memory{};
  std::string stack{};
};

void add_dump(Program& program) {
  const auto given = std::make_shared<GivenDump>();
  DumpRequest& request = given->request;
  CLI::App& app =
      program.command({.name = "dump",
                       .does = "What is inside minidumps: threads, modules, memory, and what is wrong with the file",
                       .examples = "  procreg dump crash.dmp\n"
                                   "  procreg dump crash.dmp --memory 0x7FF600001000:128 --memory 65536\n"
                                   "  procreg dump crash.dmp --stack 65540\n"
                                   "  procreg dump --json out/*.dmp               an object a file, each on one line\n"
                                   "  procreg dump --strict crash.dmp             1 where something is noticed\n"},
                      [given](Session& session) {
                        for (const std::string& word : given->memory)
                          given->request.memory.push_back(meant(memory_word(word)));
                        if (!given->stack.empty()) given->request.stack = meant(thread_word(given->stack));
                        return dump(given->request, session);
                      });
  app.add_option("files", request.files, "Minidumps")->type_name("FILE")->required();
  app.add_option(
         "--memory", given->memory,
         "Prints LENGTH bytes (default: 64) from ADDRESS on in place of the description, and says which of them\n"
         "are not in the dump; numbers are decimal or begin with 0x; may be repeated")
      ->type_name("ADDRESS[:LENGTH]")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--stack", given->stack, "Prints the bytes of this thread's stack in place of the description")
      ->type_name("TID");
  app.add_flag("--json", request.json, "Prints a JSON object a file, on one line");
  app.add_flag("--strict", request.strict, "What is noticed, though all can be read, is a divergence: exit status 1");
}

}  // namespace

void add_lookup_commands(Program& program) {
  add_explain(program);
  add_list(program);
  add_dump(program);
}

}  // namespace procreg::cli
