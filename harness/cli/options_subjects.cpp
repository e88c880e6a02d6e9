// Subjects that are not ours: characterise, serve.
#include <memory>

#include "harness/cli/characterise.h"
#include "harness/cli/foreign.h"
#include "harness/cli/program.h"
#include "harness/cli/serve.h"

namespace procreg::cli {
namespace {

void add_characterise(Program& program) {
  const auto request = std::make_shared<CharacteriseRequest>();
  CLI::App& app = program.command(
      {.name = "characterise",
       .does = "Which option a subject takes for every choice that the documentation leaves open",
       .examples = "  procreg characterise --subject 'program:python3 mine.py' --save-profile mine.json\n"
                   "  procreg conform --subject 'program:python3 mine.py' --profile mine.json\n",
       .foreign = true},
      [request, &words = program.words()](Session& session) {
        if (!is_foreign(words.subject)) refuse("--subject: program:COMMAND or library:PATH, please");
        request->subject = words.subject;
        request->make = meant(foreign_word(words.subject, limits_of(words)));
        return characterise(*request, session);
      });
  app.add_option("--subject", program.words().subject, "What is asked: program:COMMAND or library:PATH")->required();
  program.add_limits(app);
  app.add_option("--save-profile", request->save_profile, "Writes a file that --profile takes")->type_name("FILE");
  app.add_option("--scenarios", request->scenarios, "Folder with conformance/ and regressions/")->type_name("DIR");
  app.add_flag("--json", request->json, "Prints JSON");
}

void add_serve(Program& program) {
  struct Given {
    ServeRequest request{};
    bool no_snapshot{};
  };
  const auto given = std::make_shared<Given>();
  CLI::App& app = program.command(
      {.name = "serve",
       .does = "A subject behind the subject protocol, on standard input and output",
       .examples = "  procreg serve\n"
                   "  procreg conform --subject 'program:procreg serve --profile windows11 --no-snapshot'\n",
       .foreign = true},
      [given, &words = program.words()](Session& session) {
        const bool impl = words.subject == "impl";
        if (words.subject.starts_with(program_prefix)) refuse("serve: a program speaks the protocol itself");
        if (!impl && (given->no_snapshot || !words.profile.empty()))
          refuse("--profile and --no-snapshot are for the subject impl");
        given->request.subject = words.subject;
        given->request.profile = profile_of(words);
        given->request.snapshot = !given->no_snapshot;
        return serve(given->request, session);
      });
  program.add_subject(app);
  app.add_option("--profile", program.words().profile,
                 "It follows this profile whatever it is told, and says that it has one of its own");
  app.add_flag("--no-snapshot", given->no_snapshot, "It says that it has no snapshots");
}

}  // namespace

void add_subject_commands(Program& program) {
  add_characterise(program);
  add_serve(program);
}

}  // namespace procreg::cli
