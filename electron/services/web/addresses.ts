// Which addresses are of the public internet: everything that is not known to be so is none.
import ipaddr from 'ipaddr.js'

/**
 * Beside the ranges the library knows: ::/96, which once held IPv4 addresses, and what hands out a machine's secrets in Azure
 * under an address that looks public.
 */
const denied = ['::/96', '168.63.129.16/32'].map((range) => ipaddr.parseCIDR(range))
/** All of IPv6 that was ever given out for use across the internet. */
const givenOut = ipaddr.parseCIDR('2000::/3')

/** False also for what is no address. An IPv4 address in the clothes of IPv6 is none, wherever it leads. */
export function isPublicAddress(address: string): boolean {
  // Four numbers and nothing shorter: what the system would read another way was never vetted.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  if (parsed.kind() === 'ipv6' && !parsed.match(givenOut)) return false
  return !denied.some((range) => range[0].kind() === parsed.kind() && parsed.match(range))
}
