# Payload rate, stream, cross, process
# Drawn from throughput-bytes-stream-cross-process.dat; "gnuplot throughput-bytes-stream-cross-process.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 3.33in,2.30in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 240,166 dynamic name 'throughput_bytes_stream_cross_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'throughput-bytes-stream-cross-process.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set samples 2
	set logscale xy
	set xrange [42.6667:98304]
	set yrange [4.72468e+06:1.74022e+11]
	set xtics ('64 B' 64, '4 KiB' 4096, '64 KiB' 65536)
	set ytics ('10 MB/s' 10000000, '100 MB/s' 100000000, '1 GB/s' 1e+09, '10 GB/s' 1e+10, '100 GB/s' 1e+11)
	set xlabel 'message size'
	set ylabel 'payload rate'
	set rmargin at screen 0.668
	set key at screen 0.683,0.97 left top maxrows 8
	plot 'throughput-bytes-stream-cross-process.dat' index 0 using ($1*0.9286):3:(0):($4-$3) with vectors nohead linecolor rgb '#0072B2' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process.dat' index 0 using ($1*0.9286):2 with linespoints linecolor rgb '#0072B2' pointtype 7 dashtype 1 linewidth 1.6 title 'pipe', \
		'throughput-bytes-stream-cross-process.dat' index 1 using ($1*0.9518):3:(0):($4-$3) with vectors nohead linecolor rgb '#D55E00' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process.dat' index 1 using ($1*0.9518):2 with linespoints linecolor rgb '#D55E00' pointtype 5 dashtype 1 linewidth 1.6 title 'unix-stream', \
		'throughput-bytes-stream-cross-process.dat' index 2 using ($1*0.9756):3:(0):($4-$3) with vectors nohead linecolor rgb '#009E73' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process.dat' index 2 using ($1*0.9756):2 with linespoints linecolor rgb '#009E73' pointtype 9 dashtype 1 linewidth 1.6 title 'unix-seqpacket', \
		'throughput-bytes-stream-cross-process.dat' index 3 using ($1*1.0000):3:(0):($4-$3) with vectors nohead linecolor rgb '#CC79A7' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process.dat' index 3 using ($1*1.0000):2 with linespoints linecolor rgb '#CC79A7' pointtype 11 dashtype 1 linewidth 1.6 title 'tcp', \
		'throughput-bytes-stream-cross-process.dat' index 4 using ($1*1.0250):3:(0):($4-$3) with vectors nohead linecolor rgb '#E69F00' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process.dat' index 4 using ($1*1.0250):2 with linespoints linecolor rgb '#E69F00' pointtype 13 dashtype 1 linewidth 1.6 title 'sysv-msg', \
		'throughput-bytes-stream-cross-process.dat' index 5 using ($1*1.0506):3:(0):($4-$3) with vectors nohead linecolor rgb '#56B4E9' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process.dat' index 5 using ($1*1.0506):2 with linespoints linecolor rgb '#56B4E9' pointtype 14 dashtype 1 linewidth 1.6 title 'ring', \
		'throughput-bytes-stream-cross-process.dat' index 6 using ($1*1.0769):3:(0):($4-$3) with vectors nohead linecolor rgb '#000000' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process.dat' index 6 using ($1*1.0769):2 with linespoints linecolor rgb '#000000' pointtype 2 dashtype 1 linewidth 1.6 title 'pageswap', \
		'throughput-bytes-stream-cross-process.dat' index 7 using 1:2 with lines linecolor rgb '#000000' linewidth 1.4 dashtype 5 title 'memcpy'
	unset output
}
