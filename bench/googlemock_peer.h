// One call of what people test against today: a GoogleMock object standing for the API.
#pragma once

#include <cstdint>
#include <memory>

namespace procreg::bench {

class WerApi {
 public:
  virtual ~WerApi() = default;
  virtual std::uint32_t WerRegisterAdditionalProcess(std::uint32_t processId,
                                                     std::uint32_t captureExtraInfoForThreadId) = 0;
};

// NiceMock, ON_CALL, returning S_OK.
std::unique_ptr<WerApi> googlemock_api();

}  // namespace procreg::bench
