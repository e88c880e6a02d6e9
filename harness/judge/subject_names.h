// What the names of a script stand for at a subject that gives out ids of its own.
#pragma once

#include <vector>

#include "harness/scenario/resolve.h"
#include "harness/scenario/script.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

class SubjectNames {
 public:
  void clear(std::size_t names);
  void bind_world(const WorldSpec& world, const std::vector<BegunProcess>& processes);
  // What the step, which is the subject's own, made there. Of processes restarted, those in `named` tell the names.
  void bind(const Step& step, const ForeignAnswer& answer, std::span<const Restarted> named);
  Step resolve(const Step& step) const { return resolved(step, *this); }

  ProcessKey process(NameRef name) const { return names_.process(name); }
  Pid pid(NameRef name) const { return names_.pid(name); }
  Tid tid(NameRef name) const;
  HandleValue handle(NameRef name) const { return names_.handle(name); }
  ConnectionKey connection(NameRef name) const { return names_.connection(name); }
  const OpenKey& open(NameRef name) const { return names_.open(name); }
  CsvOpenId csv_open(NameRef name) const { return names_.csv_open(name); }

  const Bindings::Bound& at(std::uint16_t base) const { return names_.at(base); }
  std::size_t size() const { return names_.size(); }

 private:
  Bindings names_{};
  std::vector<std::vector<Tid>> threads_{};  // by base: of processes whose tids do not simply follow each other
};

}  // namespace procreg::harness
