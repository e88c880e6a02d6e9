#include "harness/cli/serve.h"

#include <fmt/format.h>
#include <unistd.h>

#include <ostream>

#include "harness/cli/foreign.h"
#include "harness/subject/foreign.h"
#include "harness/subject/library.h"
#include "harness/wire/serve.h"

namespace procreg::cli {

namespace {

std::unique_ptr<harness::ForeignSubject> served(const ServeRequest& request) {
  if (request.subject.starts_with(library_prefix))
    return harness::library_subject(request.subject.substr(library_prefix.size()));
  harness::StandIn options{.name = "impl", .snapshot = request.snapshot};
  if (request.profile) options.own = request.profile->profile;
  return harness::stand_in(harness::implementation(), options);
}

}  // namespace

ExitStatus serve(const ServeRequest& request, const Session& session) {
  const auto subject = served(request);
  if (harness::wire::serve(*subject, STDIN_FILENO, STDOUT_FILENO)) return ExitStatus::conforms;
  session.err << "procreg: the other end is gone, or sends a line without end\n";
  return ExitStatus::failed;
}

}  // namespace procreg::cli
